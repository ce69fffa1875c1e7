import Domain

/// Unigram: of all ways to write a piece as tokens, the one with the largest sum of scores.
///
/// A piece costs its length times at most the longest token's.
struct UnigramModel: Sendable {
    let vocabulary: Vocabulary
    let trie: TokenTrie
    /// The score of each token, by id.
    let scores: [Double]
    let unknown: UInt32
    /// What a character costs that no token writes alone.
    let unknownScore: Double
    /// The token of each byte, `CharacterTable.none` where there is none; empty without
    /// `byte_fallback`.
    let tokenOfByte: [UInt32]

    /// The best way to write a piece up to one place.
    struct PathEnd: BitwiseCopyable {
        var score = 0.0
        /// Where the last token begins; -1 if no path ends here.
        var start = -1
        var token: UInt32 = 0
    }

    func encode(_ text: Span<UInt8>, scratch: inout EncodeScratch, to tokens: inout [TokenID]) {
        guard !text.isEmpty else { return }
        findPaths(text, to: &scratch.paths)
        appendBestPath(text, paths: scratch.paths, to: &tokens)
    }

    /// Of paths with equal scores the first one found stays.
    private func findPaths(_ text: Span<UInt8>, to paths: inout [PathEnd]) {
        paths.removeAll(keepingCapacity: true)
        for _ in 0...text.count { paths.append(PathEnd()) }
        var start = 0
        while start < text.count {
            let scoreHere = paths[start].score
            let characterEnd = start + text.utf8Scalar(at: start).byteCount
            var hasCharacter = false
            var node = TokenTrie.root
            var end = start
            while end < text.count, let next = trie.child(of: node, byte: text[end]) {
                node = next
                end += 1
                let token = trie.token(at: node)
                guard token != TokenTrie.noToken else { continue }
                extend(&paths[end], scores[Int(token)] + scoreHere, from: start, token: token)
                if end == characterEnd { hasCharacter = true }
            }
            if !hasCharacter {
                extend(&paths[characterEnd], unknownScore + scoreHere, from: start, token: unknown)
            }
            start = characterEnd
        }
    }

    private func extend(_ end: inout PathEnd, _ score: Double, from start: Int, token: UInt32) {
        if end.start < 0 || score > end.score {
            end = PathEnd(score: score, start: start, token: token)
        }
    }

    /// Neighbouring unknowns are one, looked up again as a whole.
    private func appendBestPath(
        _ text: Span<UInt8>,
        paths: [PathEnd],
        to tokens: inout [TokenID]
    ) {
        let first = tokens.count
        var end = text.count
        while end > 0 {
            var start = paths[end].start
            if paths[end].token == unknown {
                while start > 0, paths[start].token == unknown { start = paths[start].start }
                appendReversed(text.extracting(start..<end), to: &tokens)
            } else {
                tokens.append(TokenID(rawValue: paths[end].token))
            }
            end = start
        }
        tokens[first...].reverse()
    }

    private func appendReversed(_ text: Span<UInt8>, to tokens: inout [TokenID]) {
        if let id = vocabulary.id(of: text) {
            tokens.append(TokenID(rawValue: id))
        } else if !tokenOfByte.isEmpty,
            text.indices.allSatisfy({ tokenOfByte[Int(text[$0])] != CharacterTable.none })
        {
            for index in text.indices.reversed() {
                tokens.append(TokenID(rawValue: tokenOfByte[Int(text[index])]))
            }
        } else {
            tokens.append(TokenID(rawValue: unknown))
        }
    }
}
