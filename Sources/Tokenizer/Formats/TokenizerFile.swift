import JSON

/// A `tokenizer.json` by its fields. A field that is not known may well change ids, and is an
/// error that names it.
///
/// `truncation` and `padding` do not count: engines switch them off for each text.
struct TokenizerFile {
    private let root: JSONValue

    init(parsing bytes: [UInt8]) throws(TokenizerError) {
        do { root = try JSONDocument(parsing: bytes).root } catch {
            throw .malformed(part: "tokenizer.json", reason: error.reason)
        }
        guard root.kind == .object else {
            throw .malformed(part: "tokenizer.json", reason: "it is not an object")
        }
        try root.forEachField { (key, value) throws(TokenizerError) in
            let known: [StaticString] = [
                "version", "truncation", "padding", "added_tokens", "normalizer",
                "pre_tokenizer", "post_processor", "decoder", "model",
            ]
            for name in known where key.equals(name) { return }
            throw .unsupported(part: key.text, found: value.summary, expected: "no such field")
        }
        if let version = root["version"], version.string != "1.0" {
            throw .unsupported(part: "version", found: version.summary, expected: "\"1.0\"")
        }
    }

    var normalizer: JSONValue? { root["normalizer"].unlessNull }
    var preTokenizer: JSONValue? { root["pre_tokenizer"].unlessNull }
    var postProcessor: JSONValue? { root["post_processor"].unlessNull }
    var model: JSONValue? { root["model"].unlessNull }

    /// The tokens with the ids that the file gives them, which do not count.
    func addedTokens() throws(TokenizerError) -> [AddedToken] {
        var tokens: [AddedToken] = []
        try root["added_tokens"]?.forEachElement { (element) throws(TokenizerError) in
            var token = try AddedToken(element, of: "added_tokens", requiresFlags: true)
            token.id = element["id"]?.int.flatMap(UInt32.init(exactly:)) ?? 0
            tokens.append(token)
        }
        return tokens
    }

}

extension JSONValue? {
    var unlessNull: JSONValue? {
        guard let self, self.kind != .null else { return nil }
        return self
    }
}

extension JSONValue {
    /// Whether this normalizer writes bytes as the characters of `ByteLevel`.
    var normalizerSpellsBytes: Bool {
        var steps: [JSONValue] = []
        appendSteps(of: "normalizers", to: &steps)
        return steps.contains { $0["type"]?.string == "ByteLevel" }
    }

    /// Appends the steps of this component: those in `list` if it is a Sequence, else itself.
    func appendSteps(of list: StaticString, to steps: inout [JSONValue]) {
        guard self["type"]?.string == "Sequence" else {
            steps.append(self)
            return
        }
        self[list]?.forEachElement { $0.appendSteps(of: list, to: &steps) }
    }
}
