/// What an `encode` works with, kept from one to the next.
struct EncodeScratch: Sendable {
    var merger = WordMerger()
    var cache = WordCache()
    var block = WordBlock()
    let lanes = MergeLanes()
    var symbols = SymbolMerger()
    var paths: [UnigramModel.PathEnd] = []
    var normalized: [UInt8] = []

    /// Memory for words and texts longer than this is given back: no tenant's odd prompt stays
    /// for good.
    private static let wordBytesKept = 1 << 16

    mutating func shrink() {
        merger.shrink(toByteCount: Self.wordBytesKept)
        symbols.shrink(toCount: Self.wordBytesKept)
        if paths.capacity > Self.wordBytesKept { paths = [] }
        if normalized.capacity > Self.wordBytesKept * 4 { normalized = [] }
    }
}
