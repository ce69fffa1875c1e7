import JSON

/// What `tokenizer_config.json` says of ids.
struct TokenizerConfigFile {
    let root: JSONValue?

    init(_ root: JSONValue?) { self.root = root }

    var tokenizerClass: String? { root?["tokenizer_class"]?.string }
    /// Nil if the file does not say.
    var addsBOS: Bool? { root?["add_bos_token"]?.bool }
    var addsEOS: Bool? { root?["add_eos_token"]?.bool }

    /// Throws for what would change ids in a way that is not known here.
    func checkForTransformers() throws(TokenizerError) {
        if root?["split_special_tokens"]?.bool == true {
            throw .unsupported(
                part: "tokenizer_config.json split_special_tokens",
                found: "true",
                expected: "false"
            )
        }
        if let map = root?["auto_map"]?["AutoTokenizer"] {
            throw .unsupported(
                part: "tokenizer_config.json auto_map",
                found: map.summary,
                expected: "a class of transformers, not a program"
            )
        }
    }

    /// The content of a named token such as `bos_token`, which is a text or an object.
    func token(_ name: StaticString) -> [UInt8]? {
        let value = root?[name]
        return value?.bytes ?? value?["content"]?.bytes
    }

    /// `added_tokens_decoder`, by ascending id; `id` is the key.
    func addedTokens() throws(TokenizerError) -> [AddedToken] {
        let part = "added_tokens_decoder"
        var tokens: [AddedToken] = []
        try root?["added_tokens_decoder"]?.forEachField { (key, value) throws(TokenizerError) in
            guard let id = UInt32(key.text) else {
                throw .malformed(part: part, reason: "\"\(key.text)\" is not an id")
            }
            var token = try AddedToken(value, of: part, requiresFlags: false)
            token.id = id
            tokens.append(token)
        }
        return tokens.sorted { $0.id < $1.id }
    }
}
