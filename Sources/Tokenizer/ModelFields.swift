import JSON

/// The `model` of a `tokenizer.json`: its settings checked, its vocabulary read.
struct ModelFields {
    let ignoresMerges: Bool
    private(set) var vocabulary = Vocabulary()
    /// Tokens with characters outside the byte-level alphabet. No text leads to them, but an
    /// added token may have their name.
    private var unreachable: [[UInt8]: UInt32] = [:]
    let merges: JSONValue

    init(_ value: JSONValue?) throws(TokenizerError) {
        guard let value, let merges = value["merges"], let vocabulary = value["vocab"],
            merges.kind == .array, vocabulary.kind == .object
        else {
            throw .unsupported(
                part: "model",
                found: value?.summary ?? "nothing",
                expected: "BPE with vocab and merges"
            )
        }
        // Old files of BPE models have no type.
        if let type = value["type"], type.string != "BPE" {
            throw .unsupported(part: "model", found: type.summary, expected: "\"BPE\"")
        }
        try Self.checkSettings(value)
        ignoresMerges = value["ignore_merges"]?.bool ?? false
        self.merges = merges
        try readVocabulary(vocabulary)
    }

    var tokenCount: Int { vocabulary.count + unreachable.count }

    /// The id of a token by its name in the file.
    func id(of name: [UInt8]) -> UInt32? {
        guard let bytes = ByteLevel.bytes(of: name.span) else { return unreachable[name] }
        return vocabulary.id(of: bytes.span)
    }

    /// `unk_token` and `fuse_unk` do not matter: every byte has a token.
    private static func checkSettings(_ model: JSONValue) throws(TokenizerError) {
        if let dropout = model["dropout"], dropout.kind != .null, dropout.double != 0 {
            throw .unsupported(part: "model dropout", found: dropout.summary, expected: "null")
        }
        try checkEmpty(model["continuing_subword_prefix"], "model continuing_subword_prefix")
        try checkEmpty(model["end_of_word_suffix"], "model end_of_word_suffix")
        try model["byte_fallback"].require(false, "model byte_fallback")
        if let flag = model["ignore_merges"], flag.kind != .bool {
            throw .malformed(part: "model", reason: "ignore_merges is not true or false")
        }
    }

    private static func checkEmpty(_ value: JSONValue?, _ part: String) throws(TokenizerError) {
        if let value, value.string == "" { return }
        try value.requireNone(part)
    }

    private mutating func readVocabulary(_ value: JSONValue) throws(TokenizerError) {
        try value.forEachField { (name, value) throws(TokenizerError) in
            guard let id = value.int.flatMap(UInt32.init(exactly:)), id != MergeTable.reservedID
            else {
                throw .malformed(
                    part: "model vocab",
                    reason: "the id of \"\(name.text)\" is \(value.summary)"
                )
            }
            if let bytes = ByteLevel.bytes(of: name) {
                vocabulary.store(bytes.span, id: id)
            } else {
                unreachable[name.indices.map { name[$0] }] = id
            }
        }
    }
}
