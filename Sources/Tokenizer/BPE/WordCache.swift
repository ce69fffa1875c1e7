/// The tokens of words seen before. Forgets rather than grows.
///
/// Short words of up to three tokens, most of any text, live in 32-byte slots, one word to a
/// slot. All others live in `long`, where bytes and tokens are kept in arenas that are emptied
/// when full.
struct WordCache {
    /// One cached short word. `count` 0 marks a free slot.
    struct ShortWord: BitwiseCopyable {
        var key = WordKey.none
        var count: UInt32 = 0
        var first: UInt32 = 0
        var second: UInt32 = 0
        var third: UInt32 = 0
    }

    private struct LongWord: BitwiseCopyable {
        var hash: UInt64 = 0
        var bytesStart: UInt32 = 0
        var byteCount: UInt32 = 0
        var tokensStart: UInt32 = 0
        var tokenCount: UInt32 = 0
    }

    /// 1 MB, about a core's own cache: larger ones miss less and cost more on every hit.
    private static let shortSlotCount = 1 << 15
    private static let longSlotCount = 1 << 12
    private static let longBytesMax = 1 << 18
    private static let longTokensMax = 1 << 16
    /// A word longer than this is no word that comes back.
    static let wordBytesMax = 512

    private var short = [ShortWord](repeating: ShortWord(), count: shortSlotCount)
    private var long = [LongWord](repeating: LongWord(), count: longSlotCount)
    private var bytes: [UInt8] = []
    private(set) var tokens: [UInt32] = []

    @inline(__always)
    func shortWord(_ key: WordKey, hash: UInt64) -> ShortWord? {
        let slot = short[Int(truncatingIfNeeded: hash) & (Self.shortSlotCount - 1)]
        return slot.key == key ? slot : nil
    }

    /// - Precondition: `word.count` is 1 to 3.
    mutating func store(_ word: ShortWord, hash: UInt64) {
        short[Int(truncatingIfNeeded: hash) & (Self.shortSlotCount - 1)] = word
    }

    /// Where in `tokens` those of a long word are.
    func longWord(
        _ text: Span<UInt8>,
        from start: Int,
        count: Int,
        hash: UInt64
    ) -> Range<Int>? {
        let slot = long[Int(truncatingIfNeeded: hash) & (Self.longSlotCount - 1)]
        guard slot.hash == hash, Int(slot.byteCount) == count,
            text.equals(bytes.span, from: Int(slot.bytesStart), start: start, count: count)
        else { return nil }
        return Int(slot.tokensStart)..<Int(slot.tokensStart + slot.tokenCount)
    }

    mutating func storeLong(
        _ text: Span<UInt8>,
        from start: Int,
        count: Int,
        hash: UInt64,
        tokens wordTokens: ArraySlice<UInt32>
    ) {
        guard count <= Self.wordBytesMax else { return }
        if bytes.count + count > Self.longBytesMax
            || tokens.count + wordTokens.count > Self.longTokensMax
        {
            forgetLong()
        }
        long[Int(truncatingIfNeeded: hash) & (Self.longSlotCount - 1)] = LongWord(
            hash: hash,
            bytesStart: UInt32(bytes.count),
            byteCount: UInt32(count),
            tokensStart: UInt32(tokens.count),
            tokenCount: UInt32(wordTokens.count)
        )
        for offset in 0..<count { bytes.append(text[start + offset]) }
        tokens.append(contentsOf: wordTokens)
    }

    private mutating func forgetLong() {
        bytes.removeAll(keepingCapacity: true)
        tokens.removeAll(keepingCapacity: true)
        for index in long.indices { long[index] = LongWord() }
    }
}

extension WordCache.ShortWord {
    /// - Precondition: `tokens` has 1 to 3 elements.
    init(key: WordKey, tokens: ArraySlice<UInt32>) {
        self.init(key: key, count: UInt32(tokens.count), first: tokens[tokens.startIndex])
        if tokens.count > 1 { second = tokens[tokens.startIndex + 1] }
        if tokens.count > 2 { third = tokens[tokens.startIndex + 2] }
    }
}
