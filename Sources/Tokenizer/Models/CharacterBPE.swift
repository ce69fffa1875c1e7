import Domain

/// BPE that starts from characters, as SentencePiece's does: `byte_fallback`, `unk_token` and the
/// affixes of words are its own.
///
/// Without affixes a piece is cut where no merge joins (`CharacterJoins`), so that a whole text in
/// one piece, which these models give it, costs no more than its words.
struct CharacterBPE: Sendable {
    let vocabulary: Vocabulary
    let merges: MergeTable
    let characters: CharacterTable
    /// Nil if pieces are never cut.
    let joins: CharacterJoins?
    let symbols: CharacterSymbols
    /// A piece that is a token is that token, even if no merges lead there.
    let ignoresMerges: Bool

    func encode(_ text: Span<UInt8>, scratch: inout EncodeScratch, to tokens: inout [TokenID]) {
        guard !text.isEmpty else { return }
        if ignoresMerges, let id = vocabulary.id(of: text) {
            tokens.append(TokenID(rawValue: id))
            return
        }
        guard let joins else {
            merge(text, scratch: &scratch)
            for id in scratch.symbols.symbols { tokens.append(TokenID(rawValue: id)) }
            return
        }
        var start = 0
        var index = 0
        var previous = CharacterTable.none
        while index < text.count {
            let scalar = text.utf8Scalar(at: index)
            let token = characters.token(of: scalar.value)
            if token != CharacterTable.none, previous != CharacterTable.none,
                !joins.mayJoin(previous, token)
            {
                encodeWord(text.extracting(start..<index), scratch: &scratch, to: &tokens)
                start = index
            }
            previous = token
            index += scalar.byteCount
        }
        encodeWord(text.extracting(start..<index), scratch: &scratch, to: &tokens)
    }

    private func encodeWord(
        _ word: Span<UInt8>,
        scratch: inout EncodeScratch,
        to tokens: inout [TokenID]
    ) {
        if word.count <= WordKey.byteCountMax {
            encodeShortWord(word, scratch: &scratch, to: &tokens)
        } else {
            encodeLongWord(word, scratch: &scratch, to: &tokens)
        }
    }

    private func encodeShortWord(
        _ word: Span<UInt8>,
        scratch: inout EncodeScratch,
        to tokens: inout [TokenID]
    ) {
        let key = WordKey(of: word, from: 0, count: word.count)
        let hash = key.hash
        if let known = scratch.cache.shortWord(key, hash: hash) {
            tokens.append(TokenID(rawValue: known.first))
            if known.count > 1 { tokens.append(TokenID(rawValue: known.second)) }
            if known.count > 2 { tokens.append(TokenID(rawValue: known.third)) }
            return
        }
        merge(word, scratch: &scratch)
        let merged = scratch.symbols.symbols
        for id in merged { tokens.append(TokenID(rawValue: id)) }
        if (1...3).contains(merged.count) {
            scratch.cache.store(WordCache.ShortWord(key: key, tokens: merged[...]), hash: hash)
        }
    }

    private func encodeLongWord(
        _ word: Span<UInt8>,
        scratch: inout EncodeScratch,
        to tokens: inout [TokenID]
    ) {
        let hash = WordHash.hash(of: word, from: 0, count: word.count)
        if let found = scratch.cache.longWord(word, from: 0, count: word.count, hash: hash) {
            for id in scratch.cache.tokens[found] { tokens.append(TokenID(rawValue: id)) }
            return
        }
        merge(word, scratch: &scratch)
        let merged = scratch.symbols.symbols
        for id in merged { tokens.append(TokenID(rawValue: id)) }
        scratch.cache.storeLong(word, from: 0, count: word.count, hash: hash, tokens: merged[...])
    }

    private func merge(_ word: Span<UInt8>, scratch: inout EncodeScratch) {
        scratch.symbols.symbols.removeAll(keepingCapacity: true)
        symbols.append(
            word,
            characters: characters,
            vocabulary: vocabulary,
            to: &scratch.symbols.symbols
        )
        scratch.symbols.merge(merges)
    }
}
