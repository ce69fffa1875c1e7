/// What an `encode` works with, kept from one to the next.
struct EncodeScratch: Sendable {
    var merger = WordMerger()
    var cache = WordCache()
    var block = WordBlock()
    let lanes = MergeLanes()

    /// Memory for words longer than this is given back: no tenant's odd prompt stays for good.
    static let wordBytesKept = 1 << 16
}
