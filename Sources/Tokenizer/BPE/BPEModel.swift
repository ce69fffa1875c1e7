import Domain

/// Vocabulary and merges: turns words into tokens.
struct BPEModel: Sendable {
    let vocabulary: Vocabulary
    let merges: MergeTable
    let mergeStart: MergeStart

    /// - Parameters:
    ///   - vocabulary: has every byte.
    ///   - ignoresMerges: whether a word that is a token is that token, even if no merges lead
    ///     there.
    init(vocabulary: Vocabulary, merges: MergeTable, ignoresMerges: Bool) {
        self.merges = merges
        let tokenOfByte = (UInt8.min...UInt8.max).map { vocabulary.id(of: [$0].span) ?? 0 }
        mergeStart = MergeStart(tokenOfByte: tokenOfByte, merges: merges)
        var vocabulary = vocabulary
        if ignoresMerges {
            vocabulary.markAllWords()
        } else {
            vocabulary.markWords(mergeStart, merges)
        }
        self.vocabulary = vocabulary
    }

    /// Appends the tokens of every word of `text`. Allocates only for the result, and for words
    /// longer than any before.
    func encode(
        _ text: Span<UInt8>,
        splitBy splitter: WordSplitter,
        scratch: inout EncodeScratch,
        to tokens: inout [TokenID]
    ) {
        switch splitter {
        case .gpt2(let scanner): encode(text, by: scanner, scratch: &scratch, to: &tokens)
        case .cl100k(let scanner): encode(text, by: scanner, scratch: &scratch, to: &tokens)
        case .o200k(let scanner): encode(text, by: scanner, scratch: &scratch, to: &tokens)
        case .kimi(let scanner): encode(text, by: scanner, scratch: &scratch, to: &tokens)
        case .deepSeek(let scanner): encode(text, by: scanner, scratch: &scratch, to: &tokens)
        }
    }

    /// Appends the tokens of the word of `text` from `start` to `end`, which is not empty.
    func encodeWord(
        _ text: Span<UInt8>,
        from start: Int,
        to end: Int,
        scratch: inout EncodeScratch,
        to tokens: inout [TokenID]
    ) {
        if end - start <= WordBlock.wordBytesMax {
            scratch.block.fill(text, from: start, count: end - start)
            encodeBlock(text, scratch: &scratch, tokens: &tokens)
        } else {
            encodeLong(text, from: start, to: end, scratch: &scratch, tokens: &tokens)
        }
    }

    private func encode(
        _ text: Span<UInt8>,
        by scanner: some WordScanner,
        scratch: inout EncodeScratch,
        to tokens: inout [TokenID]
    ) {
        var start = 0
        while start < text.count {
            start = scratch.block.fill(text, from: start, by: scanner)
            encodeBlock(text, scratch: &scratch, tokens: &tokens)
            if let end = scratch.block.longWordEnd {
                encodeLong(text, from: start, to: end, scratch: &scratch, tokens: &tokens)
                start = end
            }
        }
    }

    /// A word that blocks have no room for.
    @inline(never)
    private func encodeLong(
        _ text: Span<UInt8>,
        from start: Int,
        to end: Int,
        scratch: inout EncodeScratch,
        tokens: inout [TokenID]
    ) {
        let count = end - start
        let hash = WordHash.hash(of: text, from: start, count: count)
        if let found = scratch.cache.longWord(text, from: start, count: count, hash: hash) {
            for index in found { tokens.append(TokenID(rawValue: scratch.cache.tokens[index])) }
            return
        }
        if let id = vocabulary.word(text, from: start, count: count, hash: hash) {
            tokens.append(TokenID(rawValue: id))
            return
        }
        scratch.merger.merge(text, from: start, count: count, model: self)
        let merged = scratch.merger.tokens[..<scratch.merger.count]
        for id in merged { tokens.append(TokenID(rawValue: id)) }
        scratch.cache.storeLong(text, from: start, count: count, hash: hash, tokens: merged)
    }
}
