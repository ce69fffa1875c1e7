/// Merges the bytes of one long word into tokens. Keeps its memory from word to word.
struct WordMerger: Sendable {
    /// The tokens of the last word, `count` of them.
    private(set) var tokens: [UInt32] = []
    private(set) var count = 0

    private var long = LongWordMerger()

    /// - Precondition: the word lies inside `text` and is not empty.
    mutating func merge(
        _ text: Span<UInt8>,
        from start: Int,
        count: Int,
        model: borrowing BPEModel
    ) {
        if count > tokens.count { tokens = [UInt32](repeating: 0, count: count) }
        for offset in 0..<count {
            tokens[offset] = model.mergeStart.token(of: text[start + offset])
        }
        self.count = long.merge(&tokens, count: count, table: model.merges)
    }

    /// Gives back what an unusually long word made it allocate.
    mutating func shrink(toByteCount byteCountMax: Int) {
        if tokens.count > byteCountMax { self = WordMerger() }
    }
}
