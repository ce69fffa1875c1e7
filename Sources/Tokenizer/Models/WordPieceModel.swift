import Domain
import JSON

/// WordPiece: the longest token that a word begins with, again and again; a word that ends in
/// nothing is unknown as a whole.
struct WordPieceModel: Sendable {
    private let trie: TokenTrie
    /// Where tokens begin that continue a word; nil if there are none.
    private let continuation: TokenTrie.Node?
    private let unknown: UInt32
    private let characterCountMax: Int

    init(_ model: JSONValue, names: TokenNames) throws(TokenizerError) {
        var trie = TokenTrie()
        model["vocab"]?.forEachField { name, _ in
            if !name.isEmpty, let id = names.id(of: name) { trie.store(name, id: id) }
        }
        self.trie = trie
        guard let prefix = model["continuing_subword_prefix"]?.bytes,
            let characterCountMax = model["max_input_chars_per_word"]?.int
        else {
            throw .malformed(
                part: "model WordPiece",
                reason: "continuing_subword_prefix or max_input_chars_per_word is missing"
            )
        }
        self.characterCountMax = characterCountMax
        continuation = trie.node(of: prefix.span)
        unknown = try UnknownToken.id(model, names: names)
    }

    func encode(_ word: Span<UInt8>, to tokens: inout [TokenID]) {
        guard !word.isEmpty else { return }
        let first = tokens.count
        var start = 0
        let isTooLong = isTooLong(word)
        while start < word.count, !isTooLong {
            guard let found = longestToken(word, from: start) else { break }
            tokens.append(TokenID(rawValue: found.token))
            start = found.end
        }
        guard start < word.count else { return }
        tokens.removeLast(tokens.count - first)
        tokens.append(TokenID(rawValue: unknown))
    }

    private func longestToken(
        _ word: Span<UInt8>,
        from start: Int
    ) -> (token: UInt32, end: Int)? {
        guard var node = start == 0 ? TokenTrie.root : continuation else { return nil }
        var longest: (token: UInt32, end: Int)?
        var end = start
        while end < word.count, let next = trie.child(of: node, byte: word[end]) {
            node = next
            end += 1
            if trie.token(at: node) != TokenTrie.noToken { longest = (trie.token(at: node), end) }
        }
        return longest
    }

    private func isTooLong(_ word: Span<UInt8>) -> Bool {
        guard word.count > characterCountMax else { return false }
        return word.indices.count { word[$0] & 0xC0 != 0x80 } > characterCountMax
    }
}
