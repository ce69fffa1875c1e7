import Jinja

/// One block of a message's content in Anthropic's API.
enum AnthropicBlock {
    struct Result {
        var callID: [UInt8] = []
        var text: [UInt8] = []
        var imageCount = 0
        /// Parts of type `tool_reference`.
        var references: [TemplateValue] = []
        /// Whether the content is a list, which Python prints in its own way.
        var isList = false
    }

    case text([UInt8])
    case image
    case thinking([UInt8])
    /// In OpenAI's form.
    case call(TemplateValue)
    case result(Result)
    /// Blocks that leave no trace in the prompt.
    case ignored

    init(_ value: TemplateValue) throws(PromptError) {
        guard let block = value.dict, let type = block[Key.type]?.text else {
            throw .invalid("content", "a list of blocks with types")
        }
        switch String(decoding: type, as: UTF8.self) {
        case "text": self = try AnthropicBlock.string(block, Key.text).map { .text($0) } ?? .ignored
        case "image": self = block["source"]?.isTruthy == true ? .image : .ignored
        case "thinking":
            self = try AnthropicBlock.string(block, Key.thinking).map { .thinking($0) } ?? .ignored
        case "tool_use": self = .call(try AnthropicBlock.call(block))
        case "tool_result": self = .result(try AnthropicBlock.result(block))
        case "redacted_thinking", "tool_reference": self = .ignored
        case "tool_addition", "tool_removal":
            throw .unsupported(reason: "changes of the tools in a conversation")
        default: throw .invalid("content", "a list of blocks of known types")
        }
    }

    private static func string(
        _ block: TemplateDict,
        _ key: [UInt8]
    ) throws(PromptError) -> [UInt8]? {
        guard let value = block[key], !value.isNone else { return nil }
        guard let text = value.text else { throw .invalid("content", "blocks of strings") }
        return text
    }

    private static func call(_ block: TemplateDict) throws(PromptError) -> TemplateValue {
        guard let id = try string(block, Key.id), !id.isEmpty else {
            throw .unsupported(reason: "a tool call without an id: the engine gives it the time")
        }
        var input = TemplateDict()
        if let value = block["input"], !value.isNone {
            guard let dict = value.dict else { throw .invalid("input", "a valid dictionary") }
            input = dict
        }
        var arguments: [UInt8] = []
        PythonJSON.append(.dict(input), asASCII: true, to: &arguments)
        var function = TemplateDict()
        function[Key.name] = .string(try string(block, Key.name) ?? [])
        function[Key.arguments] = .string(arguments)
        var call = TemplateDict()
        call[Key.id] = .string(id)
        call[Key.type] = .string(Key.function)
        call[Key.function] = .dict(function)
        return .dict(call)
    }

    private static func result(_ block: TemplateDict) throws(PromptError) -> Result {
        var result = Result()
        result.callID = try string(block, Array("tool_use_id".utf8)) ?? []
        guard let content = block[Key.content], !content.isNone else { return result }
        if let text = content.text {
            result.text = text
            return result
        }
        guard let items = content.list else { throw .invalid("content", "a string or a list") }
        result.isList = !items.isEmpty
        var texts: [[UInt8]] = []
        for item in items {
            guard let item = item.dict else { throw .invalid("content", "a list of objects") }
            switch item[Key.type]?.text.map({ String(decoding: $0, as: UTF8.self) }) {
            case "text":
                guard let text = (item[Key.text] ?? .string([])).text else {
                    throw .rejected(reason: "sequence item: expected str instance")
                }
                texts.append(text)
            case "image": result.imageCount += 1
            case "tool_reference":
                if let reference = reference(item) { result.references.append(reference) }
            default: continue
            }
        }
        result.text = Array(texts.joined(separator: [UInt8(ascii: "\n")]))
        return result
    }

    private static func reference(_ item: TemplateDict) -> TemplateValue? {
        let names = [item["tool_name"], item[Key.name]].compactMap(\.self)
        guard let name = names.first(where: \.isTruthy) else { return nil }
        var part = TemplateDict()
        part[Key.type] = .string(Key.toolReference)
        part[Key.name] = name
        return .dict(part)
    }
}

extension AnthropicBlock {
    static func textPart(_ text: [UInt8]) -> TemplateValue {
        var part = TemplateDict()
        part[Key.type] = .string(Key.text)
        part[Key.text] = .string(text)
        return .dict(part)
    }

    /// Which image it is does not matter: the prompt is known up to it.
    static let imagePart: TemplateValue = {
        var url = TemplateDict()
        url["url"] = .string("data:")
        var part = TemplateDict()
        part[Key.type] = .string("image_url")
        part["image_url"] = .dict(url)
        return .dict(part)
    }()
}

extension AnthropicBlock.Result {
    /// What becomes of a result in an assistant's message.
    func asAssistantText() throws(PromptError) -> TemplateValue {
        guard !isList else { throw .unsupported(reason: "a list that Python prints") }
        return AnthropicBlock.textPart(Array("Tool result: ".utf8) + text)
    }
}
