import JSON

/// The `model` of a `tokenizer.json`: which it is, its settings, its vocabulary.
struct ModelFields {
    /// The models that HF tokenizers has.
    enum Kind: String {
        case bpe = "BPE"
        case unigram = "Unigram"
        case wordPiece = "WordPiece"
        case wordLevel = "WordLevel"
    }

    let kind: Kind
    let value: JSONValue

    init(_ value: JSONValue?) throws(TokenizerError) {
        guard let value, let vocabulary = value["vocab"] else {
            throw .unsupported(
                part: "model",
                found: value?.summary ?? "nothing",
                expected: "a model with vocab"
            )
        }
        kind = try Self.kind(of: value)
        self.value = value
        let isList = vocabulary.kind == .array
        guard isList == (kind == .unigram), isList || vocabulary.kind == .object,
            kind != .bpe || value["merges"]?.kind == .array
        else {
            throw .malformed(
                part: "model \(kind.rawValue)",
                reason: "vocab or merges is not of the kind that this model has"
            )
        }
    }

    var merges: JSONValue? { value["merges"] }

    /// The tokens of a model whose `vocab` is an object.
    func names(spelling: TokenNames.Spelling) throws(TokenizerError) -> TokenNames {
        guard let vocabulary = value["vocab"] else { return TokenNames(spelling: spelling) }
        return try TokenNames(vocabulary, spelling: spelling)
    }

    /// Old files have no type: what they have tells which model it is.
    private static func kind(of model: JSONValue) throws(TokenizerError) -> Kind {
        if let type = model["type"] {
            if let kind = type.string.flatMap(Kind.init(rawValue:)) { return kind }
            throw .unsupported(
                part: "model",
                found: type.summary,
                expected: "BPE, Unigram, WordPiece or WordLevel"
            )
        }
        if model["merges"] != nil { return .bpe }
        if model["vocab"]?.kind == .array { return .unigram }
        let isWordPiece =
            model["continuing_subword_prefix"] != nil && model["max_input_chars_per_word"] != nil
        return isWordPiece ? .wordPiece : .wordLevel
    }
}
