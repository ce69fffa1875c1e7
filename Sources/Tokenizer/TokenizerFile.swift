import JSON

/// A `tokenizer.json`, read and checked: whatever would change ids and is not understood here
/// is an error that names it.
struct TokenizerFile {
    let model: BPEModel
    let splitter: WordSplitter
    let addedTokens: [AddedToken]
    let template: PostProcessor

    init(parsing bytes: [UInt8]) throws(TokenizerError) {
        let root: JSONValue
        do { root = try JSONDocument(parsing: bytes).root } catch {
            throw .malformed(part: "tokenizer.json", reason: error.reason)
        }
        try Self.checkFields(of: root)
        try root["truncation"].requireNone("truncation")
        try root["padding"].requireNone("padding")
        try Self.checkNormalizer(root["normalizer"])

        splitter = try WordSplitter(root["pre_tokenizer"])
        let model = try ModelFields(root["model"])
        self.model = try BPEModel(model)
        addedTokens = try Self.addedTokens(root["added_tokens"], model: model)
        template = try PostProcessor(root["post_processor"])
    }

    /// A field that is not known may well change ids.
    private static func checkFields(of root: JSONValue) throws(TokenizerError) {
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

    private static func checkNormalizer(_ value: JSONValue?) throws(TokenizerError) {
        guard let value, value.kind != .null else { return }
        var stepCount = 0
        value["normalizers"]?.forEachElement { _ in stepCount += 1 }
        guard value["type"]?.string == "Sequence", stepCount == 0 else {
            throw .unsupported(
                part: "normalizer",
                found: value.summary,
                expected: "null or an empty Sequence"
            )
        }
    }
}

extension TokenizerFile {
    /// Reads the added tokens, and resolves their ids as HF tokenizers does: what the model
    /// knows keeps the model's id, all others are numbered on from the count of the model's
    /// tokens. The ids in the file do not count.
    private static func addedTokens(
        _ value: JSONValue?,
        model: ModelFields
    ) throws(TokenizerError) -> [AddedToken] {
        var tokens: [AddedToken] = []
        var places: [[UInt8]: Int] = [:]
        var nextID = UInt32(model.tokenCount)
        try value?.forEachElement { (element) throws(TokenizerError) in
            var token = try AddedToken(element)
            guard !token.content.isEmpty else { return }
            if let place = places[token.content] {
                token.id = tokens[place].id
                guard tokens[place] == token else { throw twice(token) }
                return
            }
            if let id = model.id(of: token.content) {
                token.id = id
            } else {
                token.id = nextID
                nextID += 1
            }
            places[token.content] = tokens.count
            tokens.append(token)
        }
        return tokens
    }

    private static func twice(_ token: AddedToken) -> TokenizerError {
        .unsupported(
            part: "added_tokens",
            found: "\"\(String(decoding: token.content, as: UTF8.self))\" twice",
            expected: "one set of flags for each token"
        )
    }
}

extension AddedToken {
    /// Reads everything but the id, which the file does not decide.
    fileprivate init(_ value: JSONValue) throws(TokenizerError) {
        guard let content = value["content"]?.bytes else {
            throw .malformed(part: "added_tokens", reason: "a token has no content")
        }
        self.init(
            content: content,
            id: 0,
            singleWord: try value.flag("single_word", of: "added_tokens"),
            lstrip: try value.flag("lstrip", of: "added_tokens"),
            rstrip: try value.flag("rstrip", of: "added_tokens"),
            normalized: try value.flag("normalized", of: "added_tokens")
        )
    }
}
