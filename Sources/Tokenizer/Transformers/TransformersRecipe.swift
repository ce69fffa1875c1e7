import JSON

/// What a class of transformers 5 makes a tokenizer of, besides vocabulary and merges.
struct TransformersRecipe {
    /// The classes that are rebuilt here.
    enum Family: String, CaseIterable, Sendable {
        case llama = "LlamaTokenizer"
        case qwen2 = "Qwen2Tokenizer"
        case qwen35 = "Qwen3_5Tokenizer"
        case gemma = "GemmaTokenizer"
        case gpt2 = "GPT2Tokenizer"
        case gptNeoX = "GPTNeoXTokenizer"
        case cohere = "CohereTokenizer"
    }

    let normalizer: JSONValue?
    let preTokenizer: JSONValue
    let settings: BPESettings
    /// The template of the file is replaced by one that adds nothing.
    let dropsTemplate: Bool

    init(_ family: Family, config: TokenizerConfigFile) throws(TokenizerError) {
        normalizer = try Self.normalizer(family)
        preTokenizer = try Self.preTokenizer(family, config: config)
        var settings = BPESettings()
        if family == .llama || family == .gemma {
            settings.fusesUnknown = true
            settings.fallsBackToBytes = true
        }
        if family == .gemma {
            settings.unknownToken = config.token("unk_token") ?? Array("<unk>".utf8)
        }
        self.settings = settings
        dropsTemplate = family == .gptNeoX
    }

    private static func normalizer(_ family: Family) throws(TokenizerError) -> JSONValue? {
        switch family {
        case .llama, .gpt2: nil
        case .qwen2, .qwen35, .gptNeoX, .cohere: try parsed(#"{"type": "NFC"}"#)
        case .gemma:
            try parsed(#"{"type": "Replace", "pattern": {"String": " "}, "content": "▁"}"#)
        }
    }

    private static func preTokenizer(
        _ family: Family,
        config: TokenizerConfigFile
    ) throws(TokenizerError) -> JSONValue {
        let prefixSpace = config.root?["add_prefix_space"]?.bool
        switch family {
        case .llama:
            let isLegacy = config.root?["legacy"]?.bool ?? false
            let scheme = prefixSpace == false ? "never" : isLegacy ? "always" : "first"
            return try parsed(
                #"{"type": "Metaspace", "replacement": "▁", "split": false, "prepend_scheme": ""#
                    + scheme + #""}"#
            )
        case .gemma:
            return try parsed(
                #"{"type": "Split", "pattern": {"String": " "}, "#
                    + #""behavior": "MergedWithPrevious", "invert": false}"#
            )
        case .qwen2: return try words(SplitPattern.qwen2, prefixSpace: prefixSpace)
        case .qwen35: return try words(SplitPattern.qwen35, prefixSpace: prefixSpace)
        case .gpt2, .gptNeoX: return try parsed(byteLevel(prefixSpace, usesRegex: true))
        case .cohere:
            return try sequence(
                #"{"type": "Digits", "individual_digits": true}"#,
                byteLevel(prefixSpace, usesRegex: true)
            )
        }
    }

    private static func words(
        _ pattern: String,
        prefixSpace: Bool?
    ) throws(TokenizerError) -> JSONValue {
        var writer = JSONWriter()
        writer.object { split in
            split.field("type", "Split")
            split.objectField("pattern") { $0.field("Regex", pattern) }
            split.field("behavior", "Isolated")
            split.field("invert", false)
        }
        return try sequence(
            String(decoding: writer.bytes, as: UTF8.self),
            byteLevel(prefixSpace, usesRegex: false)
        )
    }

    private static func sequence(_ steps: String...) throws(TokenizerError) -> JSONValue {
        try parsed(
            #"{"type": "Sequence", "pretokenizers": ["# + steps.joined(separator: ", ") + "]}"
        )
    }

    private static func byteLevel(_ prefixSpace: Bool?, usesRegex: Bool) -> String {
        #"{"type": "ByteLevel", "add_prefix_space": \#(prefixSpace ?? false), "#
            + #""trim_offsets": true, "use_regex": \#(usesRegex)}"#
    }

    private static func parsed(_ text: String) throws(TokenizerError) -> JSONValue {
        do { return try JSONDocument(parsing: Array(text.utf8)).root } catch {
            throw .malformed(part: "tokenizer_class", reason: error.reason)
        }
    }
}
