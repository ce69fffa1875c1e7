import JSON
import Jinja

/// What a model's configuration files say about its prompts.
struct ModelConfig {
    /// Who renders the model's chats in the engine.
    enum Renderer {
        case huggingFace, deepSeekV32, harmony, mistral
    }

    private let config: JSONValue?
    private let tokenizerConfig: JSONValue?
    private let specialTokensMap: JSONValue?
    private let processorChatTemplate: JSONValue?

    init(_ files: ChatModelFiles) throws(ChatModelError) {
        config = try ModelConfig.parsed(files.config, "config.json")
        tokenizerConfig = try ModelConfig.parsed(files.tokenizerConfig, "tokenizer_config.json")
        specialTokensMap = try ModelConfig.parsed(
            files.specialTokensMap,
            "special_tokens_map.json"
        )
        processorChatTemplate = try ModelConfig.parsed(
            files.processorChatTemplate,
            "chat_template.json"
        )
    }

    private static func parsed(
        _ bytes: [UInt8]?,
        _ name: String
    ) throws(ChatModelError) -> JSONValue? {
        guard let bytes else { return nil }
        do {
            return try JSONDocument(parsing: bytes).root
        } catch {
            throw .file(path: name, reason: error.reason)
        }
    }

    /// - Throws: `format` for renderers that we have no equal of.
    func renderer(
        _ files: ChatModelFiles,
        mode: ChatModelOptions.TokenizerMode
    ) throws(ChatModelError) -> Renderer {
        if config?["model_type"]?.string == "gpt_oss" { return .harmony }
        switch mode {
        case .mistral: return .mistral
        case .deepseekV32: return .deepSeekV32
        case .huggingFace: return .huggingFace
        case .auto: break
        }
        if architecture == "DeepseekV32ForCausalLM" { return .deepSeekV32 }
        if let architecture, let name = ModelConfig.ownRenderers[architecture] {
            throw .format(name: name)
        }
        if ModelConfig.isMistral(files.names) { return .mistral }
        return .huggingFace
    }

    private var architecture: String? {
        var first: String?
        config?["architectures"]?.forEachElement { if first == nil { first = $0.string } }
        return first
    }

    /// Architectures that make vLLM 0.33 choose a renderer of its own, and its name.
    private static let ownRenderers = [
        "DeepseekV4ForCausalLM": "deepseek_v4",
        "DeepseekV4ForConditionalGeneration": "deepseek_v4",
        "DeepseekV41ForCausalLM": "deepseek_v41",
        "KimiK3ForConditionalGeneration": "kimi_k3",
        "InklingForCausalLM": "inkling",
        "InklingForConditionalGeneration": "inkling",
    ]

    /// vLLM takes Mistral's own tokenizer where it finds Mistral's own weights beside it.
    private static func isMistral(_ names: [String]) -> Bool {
        let hasWeights = names.contains {
            $0.hasPrefix("consolidated") && $0.hasSuffix(".safetensors")
        }
        return hasWeights
            && names.contains { $0 == "tekken.json" || $0.hasPrefix("tokenizer.model.v") }
    }
}

extension ModelConfig {
    /// The special tokens that templates see, such as `bos_token`: the named ones, others whose
    /// name ends so, and those that `extra_special_tokens` names.
    ///
    /// - Parameter defaults: for the names that no file has; a name that is null has no token.
    func specialTokens(defaults: TemplateDict) -> TemplateDict {
        var tokens = TemplateDict()
        let listsAddedTokens = tokenizerConfig?["added_tokens_decoder"] != nil
        for name in ModelConfig.tokenNames {
            let fromMap = listsAddedTokens ? nil : specialTokensMap?[name]
            guard let value = fromMap ?? tokenizerConfig?[name] else {
                if let token = defaults[name] { tokens[name] = token }
                continue
            }
            if let token = value.bytes ?? value["content"]?.bytes { tokens[name] = .string(token) }
        }
        tokenizerConfig?.forEachField { key, value in
            let key = key.indices.map { key[$0] }
            guard let token = value.bytes, key.ends(with: "_token"), tokens[key] == nil else {
                return
            }
            tokens[key] = .string(token)
        }
        tokenizerConfig?["extra_special_tokens"]?.forEachField { key, value in
            if let token = value.bytes { tokens[key.indices.map { key[$0] }] = .string(token) }
        }
        return tokens
    }

    private static let tokenNames: [StaticString] = [
        "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token",
        "mask_token",
    ]

    /// `chat_template` of the tokenizer's configuration: a text, or texts by name.
    var tokenizerTemplates: [(name: [UInt8]?, text: [UInt8])] {
        guard let value = tokenizerConfig?["chat_template"] else { return [] }
        if let text = value.bytes { return [(nil, text)] }
        var templates: [(name: [UInt8]?, text: [UInt8])] = []
        value.forEachElement { element in
            guard let name = element["name"]?.bytes, let text = element["template"]?.bytes else {
                return
            }
            templates.append((name, text))
        }
        return templates
    }

    /// The template of `chat_template.json`.
    var processorTemplate: [UInt8]? { processorChatTemplate?["chat_template"]?.bytes }
}

extension [UInt8] {
    fileprivate func ends(with suffix: String) -> Bool {
        self.suffix(suffix.utf8.count) == Array(suffix.utf8)[...]
    }
}
