import Domain

/// Vocabulary and merges: turns words into tokens.
struct BPEModel: Sendable {
    let vocabulary: Vocabulary
    let merges: MergeTable
    /// The token of each byte, where merging starts.
    let tokenOfByte: [UInt32]
    /// The merge of every two bytes: `MergeTable.byteMerges`.
    let byteMerges: [MergeTable.Merge]
    /// A word that is a token is that token, even if no merges lead there.
    let ignoresMerges: Bool

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

    private func encode(
        _ text: Span<UInt8>,
        by scanner: some WordScanner,
        scratch: inout EncodeScratch,
        to tokens: inout [TokenID]
    ) {
        var start = 0
        while start < text.count {
            let end = scanner.wordEnd(in: text, from: start)
            encodeWord(text, from: start, to: end, scratch: &scratch, to: &tokens)
            start = end
        }
    }

    /// Appends the tokens of the word of `text` from `start` to `end`, which is not empty.
    @inline(__always)
    func encodeWord(
        _ text: Span<UInt8>,
        from start: Int,
        to end: Int,
        scratch: inout EncodeScratch,
        to tokens: inout [TokenID]
    ) {
        if end - start <= WordKey.byteCountMax {
            encodeShort(text, from: start, to: end, scratch: &scratch, tokens: &tokens)
        } else {
            encodeLong(text, from: start, to: end, scratch: &scratch, tokens: &tokens)
        }
    }

    @inline(__always)
    private func encodeShort(
        _ text: Span<UInt8>,
        from start: Int,
        to end: Int,
        scratch: inout EncodeScratch,
        tokens: inout [TokenID]
    ) {
        let key = WordKey(of: text, from: start, count: end - start)
        let hash = key.hash
        if let word = scratch.cache.shortWord(key, hash: hash) {
            tokens.append(TokenID(rawValue: word.first))
            if word.count > 1 { tokens.append(TokenID(rawValue: word.second)) }
            if word.count > 2 { tokens.append(TokenID(rawValue: word.third)) }
            return
        }
        encodeUnseen(key, hash, text, from: start, to: end, scratch: &scratch, tokens: &tokens)
    }

    @inline(never)
    private func encodeUnseen(
        _ key: WordKey,
        _ hash: UInt64,
        _ text: Span<UInt8>,
        from start: Int,
        to end: Int,
        scratch: inout EncodeScratch,
        tokens: inout [TokenID]
    ) {
        if ignoresMerges, let id = vocabulary.id(of: key) {
            tokens.append(TokenID(rawValue: id))
            scratch.cache.store(WordCache.ShortWord(key: key, count: 1, first: id), hash: hash)
            return
        }
        if let found = scratch.cache.longWord(text, from: start, count: end - start, hash: hash) {
            for index in found { tokens.append(TokenID(rawValue: scratch.cache.tokens[index])) }
            return
        }
        scratch.merger.merge(
            text,
            from: start,
            count: end - start,
            model: self
        )
        let merged = scratch.merger.tokens[..<scratch.merger.count]
        for id in merged { tokens.append(TokenID(rawValue: id)) }
        if merged.count > 3 {
            scratch.cache.storeLong(
                text,
                from: start,
                count: end - start,
                hash: hash,
                tokens: merged
            )
        } else {
            scratch.cache.store(WordCache.ShortWord(key: key, tokens: merged), hash: hash)
        }
    }

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
        if ignoresMerges,
            let id = vocabulary.id(of: text, from: start, count: count, hash: hash)
        {
            tokens.append(TokenID(rawValue: id))
            scratch.cache.storeLong(text, from: start, count: count, hash: hash, tokens: [id])
            return
        }
        scratch.merger.merge(
            text,
            from: start,
            count: count,
            model: self
        )
        let merged = scratch.merger.tokens[..<scratch.merger.count]
        for id in merged { tokens.append(TokenID(rawValue: id)) }
        scratch.cache.storeLong(text, from: start, count: count, hash: hash, tokens: merged)
    }
}
