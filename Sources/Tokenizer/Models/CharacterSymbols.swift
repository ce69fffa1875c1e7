/// What the characters of a word are before anything merges.
///
/// Invariants, as in HF tokenizers:
/// 1. A character without a token is its bytes if each of them has one, else it is unknown.
/// 2. Fused unknown characters wait for the next character with a token, or the word's end; the
///    bytes of characters between go before them.
struct CharacterSymbols: Sendable {
    /// Nil if unknown characters leave no token behind.
    let unknown: UInt32?
    let fusesUnknown: Bool
    /// The token of each byte, `CharacterTable.none` where there is none; empty without
    /// `byte_fallback`.
    let tokenOfByte: [UInt32]
    /// Put before every character but the first, and after the last one.
    let continuingPrefix: [UInt8]
    let endSuffix: [UInt8]

    var hasAffixes: Bool { !continuingPrefix.isEmpty || !endSuffix.isEmpty }

    func append(
        _ word: Span<UInt8>,
        characters: CharacterTable,
        vocabulary: Vocabulary,
        to symbols: inout [UInt32]
    ) {
        var waiting = false
        var index = 0
        while index < word.count {
            let scalar = word.utf8Scalar(at: index)
            let end = index + scalar.byteCount
            defer { index = end }
            var token = characters.token(of: scalar.value)
            var spelled: [UInt8] = []
            if hasAffixes {
                spelled = affixed(word, index, end)
                token = vocabulary.id(of: spelled.span) ?? CharacterTable.none
            }
            if token != CharacterTable.none {
                flush(&waiting, to: &symbols)
                symbols.append(token)
                continue
            }
            let appended =
                hasAffixes
                ? appendBytes(spelled.span, to: &symbols)
                : appendBytes(word.extracting(index..<end), to: &symbols)
            if appended { continue }
            if !fusesUnknown { flush(&waiting, to: &symbols) }
            waiting = unknown != nil
        }
        flush(&waiting, to: &symbols)
    }

    private func flush(_ waiting: inout Bool, to symbols: inout [UInt32]) {
        if waiting, let unknown { symbols.append(unknown) }
        waiting = false
    }

    private func affixed(_ word: Span<UInt8>, _ start: Int, _ end: Int) -> [UInt8] {
        var bytes = start > 0 ? continuingPrefix : []
        for index in start..<end { bytes.append(word[index]) }
        if end == word.count { bytes += endSuffix }
        return bytes
    }

    /// Appends the tokens of all bytes, or none and returns false.
    private func appendBytes(_ bytes: Span<UInt8>, to symbols: inout [UInt32]) -> Bool {
        guard !tokenOfByte.isEmpty else { return false }
        for index in bytes.indices {
            guard tokenOfByte[Int(bytes[index])] != CharacterTable.none else { return false }
        }
        for index in bytes.indices { symbols.append(tokenOfByte[Int(bytes[index])]) }
        return true
    }
}
