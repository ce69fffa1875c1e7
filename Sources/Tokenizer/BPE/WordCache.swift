/// The tokens of words seen before. Forgets rather than grows.
///
/// Short words of up to three tokens, most of any text, live in 32-byte slots, one word to a
/// slot, of which a core's own cache holds most. Behind them, short words that merges lead to
/// live in 64-byte slots, because merging again costs more than looking further away. All others
/// live in `long`.
///
/// Copies share their slots: scratch memory moves from one encode to the next, and is not copied.
struct WordCache: Sendable {
    /// One cached short word.
    struct ShortWord: BitwiseCopyable {
        var key = WordKey.none
        var count: UInt32 = 0
        var first: UInt32 = 0
        var second: UInt32 = 0
        var third: UInt32 = 0
    }

    /// 1 MB, about a core's own cache: larger ones miss less and cost more on every hit.
    private static let shortSlotCount = 1 << 15
    /// Sets of two slots, the one written last before the other.
    private static let mergedSetCount = 1 << 14
    /// A slot is the two halves of a key, a count, and tokens: 16 numbers.
    private static let mergedSlotSize = 16
    /// Words of more tokens are not kept there.
    static let mergedTokensMax = mergedSlotSize - 5

    private let short = AlignedMemory<ShortWord>(count: shortSlotCount)
    private let merged = AlignedMemory<UInt32>(count: mergedSetCount * 2 * mergedSlotSize)
    private var long = LongWordCache()

    /// What is in the slot of a hash, for whichever word.
    @inline(__always)
    func slot(hash: UInt64) -> ShortWord {
        // In bounds: the mask is below the count.
        unsafe short.start[Int(truncatingIfNeeded: hash) & (Self.shortSlotCount - 1)]
    }

    @inline(__always)
    func shortWord(_ key: WordKey, hash: UInt64) -> ShortWord? {
        let slot = slot(hash: hash)
        return slot.key == key ? slot : nil
    }

    /// - Precondition: `word.count` is 1 to 3.
    @inline(__always)
    func store(_ word: ShortWord, hash: UInt64) {
        // In bounds as above.
        unsafe short.start[Int(truncatingIfNeeded: hash) & (Self.shortSlotCount - 1)] = word
    }

    @inline(__always)
    private func mergedSet(_ hash: UInt64) -> UnsafeMutablePointer<UInt32> {
        // In bounds: the mask is below the count. Other bits than for short words, so that two
        // words that drive each other out there do not do so here.
        let set = Int(truncatingIfNeeded: hash >> 32) & (Self.mergedSetCount - 1)
        return unsafe merged.start + set * 2 * Self.mergedSlotSize
    }

    /// The tokens of a short word that was merged; empty if it is not there.
    @inline(__always)
    @unsafe func mergedTokens(of key: WordKey, hash: UInt64) -> UnsafeBufferPointer<UInt32> {
        var slot = unsafe mergedSet(hash)
        if unsafe UnsafeRawPointer(slot).load(as: WordKey.self) != key {
            unsafe slot += Self.mergedSlotSize
        }
        let found = unsafe UnsafeRawPointer(slot).load(as: WordKey.self) == key
        return unsafe UnsafeBufferPointer(start: slot + 5, count: found ? Int(slot[4]) : 0)
    }

    /// Reads a part of a slot of merged words.
    @inline(__always)
    func touchMerged(hash: UInt64) -> UInt64 {
        unsafe UnsafeRawPointer(mergedSet(hash)).load(as: UInt64.self)
    }

    @unsafe func storeMerged(_ tokens: UnsafeBufferPointer<UInt32>, of key: WordKey, hash: UInt64) {
        guard tokens.count <= Self.mergedTokensMax else { return }
        let slot = unsafe mergedSet(hash)
        unsafe (slot + Self.mergedSlotSize).update(from: slot, count: Self.mergedSlotSize)
        unsafe UnsafeMutableRawPointer(slot).storeBytes(of: key, as: WordKey.self)
        unsafe slot[4] = UInt32(tokens.count)
        for index in 0..<tokens.count { unsafe slot[5 + index] = tokens[index] }
    }

    /// Tokens of long words.
    var tokens: [UInt32] { long.tokens }

    /// Where in `tokens` those of a long word are.
    func longWord(
        _ text: Span<UInt8>,
        from start: Int,
        count: Int,
        hash: UInt64
    ) -> Range<Int>? {
        long.word(text, from: start, count: count, hash: hash)
    }

    mutating func storeLong(
        _ text: Span<UInt8>,
        from start: Int,
        count: Int,
        hash: UInt64,
        tokens wordTokens: ArraySlice<UInt32>
    ) {
        long.store(text, from: start, count: count, hash: hash, tokens: wordTokens)
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
