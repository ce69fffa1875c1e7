import Jinja

/// Turns Anthropic's messages, which are lists of blocks, into OpenAI's.
struct AnthropicMessages {
    private(set) var messages: [TemplateDict] = []
    private let mergesSystem: Bool

    init(mergesSystem: Bool) { self.mergesSystem = mergesSystem }

    mutating func convert(
        system: TemplateValue?,
        messages: [TemplateValue]
    ) throws(PromptError) {
        var leading: [UInt8] = []
        if let text = system?.text {
            leading = text
        } else if let blocks = system?.list {
            leading = try AnthropicMessages.systemText(of: blocks)
        } else if system != nil {
            throw .invalid("system", "a valid string or list")
        }
        var others: [TemplateDict] = []
        for message in messages {
            guard let message = message.dict else { throw .invalid("messages", "objects") }
            guard mergesSystem, message[Key.role] == .string(Key.system) else {
                others.append(message)
                continue
            }
            leading += try AnthropicMessages.systemText(of: message[Key.content])
        }
        append(system: leading)
        for message in others { try convert(message) }
    }

    private mutating func append(system text: [UInt8]) {
        guard !text.isEmpty else { return }
        messages.append(AnthropicMessages.message(Key.system, .string(text)))
    }

    private static func message(_ role: [UInt8], _ content: TemplateValue) -> TemplateDict {
        var message = TemplateDict()
        message[Key.role] = .string(role)
        message[Key.content] = content
        return message
    }

    private static func systemText(of content: TemplateValue?) throws(PromptError) -> [UInt8] {
        if let text = content?.text { return BillingHeader.begins(text) ? [] : text }
        guard let blocks = content?.list else { throw .invalid("content", "a string or a list") }
        return try systemText(of: blocks)
    }

    private static func systemText(of blocks: [TemplateValue]) throws(PromptError) -> [UInt8] {
        var text: [UInt8] = []
        for block in blocks {
            let block = try AnthropicBlock(block)
            guard case .text(let part) = block, !BillingHeader.begins(part) else { continue }
            text += part
        }
        return text
    }

    private mutating func convert(_ message: TemplateDict) throws(PromptError) {
        let role = message[Key.role]?.text ?? []
        guard [Key.user, Key.assistant, Key.system].contains(role) else {
            throw .invalid("role", "'user', 'assistant' or 'system'")
        }
        if role == Key.system {
            append(system: try AnthropicMessages.systemText(of: message[Key.content]))
            return
        }
        if let text = message[Key.content]?.text {
            messages.append(AnthropicMessages.message(role, .string(text)))
            return
        }
        guard let blocks = message[Key.content]?.list else {
            throw .invalid("content", "a valid string or list")
        }
        try convert(blocks, role: role)
    }

    private mutating func convert(
        _ blocks: [TemplateValue],
        role: [UInt8]
    ) throws(PromptError) {
        var message = TemplateDict()
        message[Key.role] = .string(role)
        var parts: [TemplateValue] = []
        var calls: [TemplateValue] = []
        var thoughts: [UInt8]?
        for value in blocks {
            switch try AnthropicBlock(value) {
            case .text(let text):
                if !text.isEmpty { parts.append(AnthropicBlock.textPart(text)) }
            case .image: parts.append(AnthropicBlock.imagePart)
            case .thinking(let text): thoughts = (thoughts ?? []) + text
            case .call(let call): calls.append(call)
            case .result(let result) where role == Key.user: append(result)
            case .result(let result): parts.append(try result.asAssistantText())
            case .ignored: continue
            }
        }
        if let thoughts { message[Key.reasoning] = .string(thoughts) }
        if !calls.isEmpty { message[Key.toolCalls] = .list(calls) }
        if parts.count == 1, let text = parts[0].dict?[Key.text] {
            message[Key.content] = text
        } else if !parts.isEmpty {
            message[Key.content] = .list(parts)
        }
        if role != Key.user || message[Key.content] != nil { messages.append(message) }
    }

    /// A tool's result stands in front of the rest of the user's message.
    private mutating func append(_ result: AnthropicBlock.Result) {
        var message = AnthropicMessages.message(Key.tool, .string(result.text))
        message[Key.toolCallID] = .string(result.callID)
        messages.append(message)
        if result.imageCount > 0 {
            let images = [TemplateValue](
                repeating: AnthropicBlock.imagePart,
                count: result.imageCount
            )
            messages.append(AnthropicMessages.message(Key.user, .list(images)))
        }
        guard !result.references.isEmpty else { return }
        message[Key.content] = .list(result.references)
        messages.append(message)
    }
}
