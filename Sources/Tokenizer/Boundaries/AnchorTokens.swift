/// Added tokens before which every text may be cut, such as `<|im_start|>`.
///
/// Wherever the bytes of an anchor stand in a text, no added token that starts earlier reaches
/// into them: none contains an anchor behind its first byte, and none ends with the start of
/// one. So the search for tokens stops for breath there, in every text. What starts at the
/// anchor, itself or a longer token, is found from there on as well.
///
/// Tokens that look to their left are kept out: what starts at an anchor must not have
/// `lstrip`, and a `single_word` anywhere looks across the cut.
struct AnchorTokens: Sendable {
    private let trie: AddedTokenTrie
    private let startsWith: [Bool]
    private let byteCountMax: Int

    /// Nil if none of the tokens is an anchor.
    init?(of tokens: [AddedToken]) {
        guard !tokens.contains(where: \.singleWord) else { return nil }
        // Tokens found in normalized text start in the text that is normalized with them.
        let candidates = tokens.filter { token in
            guard let first = token.content.first else { return false }
            return !token.normalized && !token.lstrip && (0x21...0x7E).contains(first)
        }
        let anchors = Self.notReached(candidates, by: tokens)
        guard !anchors.isEmpty else { return nil }
        trie = AddedTokenTrie(anchors)
        var startsWith = [Bool](repeating: false, count: 256)
        for anchor in anchors {
            if let first = anchor.content.first { startsWith[Int(first)] = true }
        }
        self.startsWith = startsWith
        byteCountMax = anchors.map(\.content.count).max() ?? 0
    }

    func startsToken(at index: Int, in text: Span<UInt8>) -> Bool {
        guard startsWith[Int(text[index])] else { return false }
        let window = text.extracting(index..<min(text.count, index + byteCountMax))
        return trie.firstMatch(in: window, from: 0)?.start == 0
    }

    /// Tokens are long in few files, and those that share a first byte are the only ones to
    /// compare: the cost is that of the total length times the anchors with one first byte.
    private static func notReached(
        _ candidates: [AddedToken],
        by tokens: [AddedToken]
    ) -> [AddedToken] {
        var byFirst: [UInt8: [AddedToken]] = [:]
        for candidate in candidates {
            if let first = candidate.content.first { byFirst[first, default: []].append(candidate) }
        }
        var reached: Set<[UInt8]> = []
        for token in tokens {
            // Longer tokens that start with an anchor are found at its place.
            let starts = token.content.indices
            for start in token.lstrip ? starts : starts.dropFirst() {
                guard let anchors = byFirst[token.content[start]] else { continue }
                let rest = token.content[start...]
                for anchor in anchors
                where rest.starts(with: anchor.content)
                    || anchor.content.starts(with: rest)
                {
                    reached.insert(anchor.content)
                }
            }
        }
        return candidates.filter { !reached.contains($0.content) }
    }
}
