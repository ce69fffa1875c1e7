/// A few words of a text that are encoded together, with the memory for it: one after the other
/// each would wait for its own tables; together they wait once.
///
/// Copies share their memory, as those of `WordCache` do.
@safe struct WordBlock: Sendable {
    /// Longer words are not in blocks.
    static let wordBytesMax = MergeLanes.byteCountMax
    private static let wordCountMax = 256

    struct Word: BitwiseCopyable {
        /// Of a word longer than keys are: `WordKey.long`.
        var key = WordKey.none
        var hash: UInt64 = 0
        var start = 0
        var count = 0
    }

    /// The tokens of one word. If there are more than three, `count` is 0, and `second` of them
    /// are in `manyTokens`, from `first` on.
    struct Tokens: BitwiseCopyable {
        var count: UInt32 = 0
        var first: UInt32 = 0
        var second: UInt32 = 0
        var third: UInt32 = 0
    }

    let words = AlignedMemory<Word>(count: wordCountMax)
    let tokens = AlignedMemory<Tokens>(count: wordCountMax)
    let manyTokens = AlignedMemory<UInt32>(count: wordCountMax * wordBytesMax)
    /// Words that are in no table, by their place in `words`.
    let missed = AlignedMemory<UInt32>(count: wordCountMax + 1)
    let merging = AlignedMemory<MergeLanes.Word>(count: wordCountMax)
    /// What reading ahead gave: nothing of use, but it has to go somewhere.
    let touched = AlignedMemory<UInt64>(count: 1)
    /// All tokens of the block; three are written where there may be one.
    let output = AlignedMemory<UInt32>(count: wordCountMax * wordBytesMax + 3)

    private(set) var count = 0
    /// Where the word ends that came next, if it was too long.
    private(set) var longWordEnd: Int?

    /// Fills the block with words of `text`, up to its end or to a word that is too long.
    /// Returns where the last one ends.
    @inline(__always)
    mutating func fill(
        _ text: Span<UInt8>,
        from start: Int,
        by scanner: some WordScanner
    ) -> Int {
        var start = start
        count = 0
        longWordEnd = nil
        while start < text.count, count < Self.wordCountMax {
            let end = scanner.wordEnd(in: text, from: start)
            guard end - start <= Self.wordBytesMax else {
                longWordEnd = end
                break
            }
            append(text, from: start, count: end - start)
            start = end
        }
        return start
    }

    /// Fills the block with one word, of up to `wordBytesMax` bytes.
    mutating func fill(_ text: Span<UInt8>, from start: Int, count: Int) {
        self.count = 0
        append(text, from: start, count: count)
    }

    @inline(__always)
    private mutating func append(_ text: Span<UInt8>, from start: Int, count: Int) {
        var word = Word(key: .long, start: start, count: count)
        if count <= WordKey.byteCountMax {
            word.key = WordKey(of: text, from: start, count: count)
            word.hash = word.key.hash
        } else {
            word.hash = WordHash.hash(of: text, from: start, count: count)
        }
        unsafe words.start[self.count] = word  // in bounds: the callers stop before
        self.count += 1
    }
}
