import Jinja

/// One message in Harmony's terms; a message of a request may become several.
enum HarmonyMessage: Equatable {
    enum Channel: String { case analysis, commentary, final }

    /// Each text is tokenized by itself.
    case user([[UInt8]])
    case developer([UInt8])
    case assistant(Channel, [[UInt8]])
    case call(name: [UInt8], arguments: [UInt8])
    case result(name: [UInt8], [UInt8])

    static func messages(of messages: [ChatMessage]) throws(PromptError) -> [HarmonyMessage] {
        var names: [[UInt8]: [UInt8]] = [:]
        for message in messages {
            guard message[Key.toolCalls] != TemplateValue.none else {
                throw .rejected(reason: "'NoneType' object is not iterable")
            }
            for call in message[Key.toolCalls]?.list ?? [] {
                guard let call = call.dict, let id = call[Key.id]?.text else { continue }
                // Python prints the name of a call that has no function.
                names[id] = call[Key.function]?.dict?[Key.name]?.text ?? Array("None".utf8)
            }
        }
        var result: [HarmonyMessage] = []
        for message in messages { result += try converted(message, names: names) }
        return result
    }

    /// Thoughts before the last final answer are left out.
    static func withoutEarlierThoughts(_ messages: [HarmonyMessage]) -> [HarmonyMessage] {
        let lastFinal = messages.lastIndex { message in
            if case .assistant(.final, _) = message { true } else { false }
        }
        guard let lastFinal else { return messages }
        return messages.enumerated().compactMap { index, message in
            if index < lastFinal, case .assistant(.analysis, _) = message { nil } else { message }
        }
    }

    private static func converted(
        _ message: ChatMessage,
        names: [[UInt8]: [UInt8]]
    ) throws(PromptError) -> [HarmonyMessage] {
        switch message.role {
        case Key.assistant:
            if let calls = message.toolCalls, !calls.isEmpty {
                return try converted(calls, of: message)
            }
            let texts = try texts(of: message)
            let hasText = texts.first?.isEmpty == false
            return try thoughts(of: message) + (hasText ? [.assistant(.final, texts)] : [])
        case Key.tool:
            let id = message[Key.toolCallID]?.text ?? []
            return [.result(name: names[id] ?? [], try flatText(of: message) ?? [])]
        case Key.system, Key.developer:
            _ = try texts(of: message)
            return try flatText(of: message).map { [.developer($0)] } ?? []
        case Key.user:
            return [.user(try texts(of: message))]
        default:
            throw .rejected(reason: "Harmony knows no such role")
        }
    }

    private static func converted(
        _ calls: [TemplateValue],
        of message: ChatMessage
    ) throws(PromptError) -> [HarmonyMessage] {
        var result: [HarmonyMessage] = []
        if let text = try flatText(of: message), !text.isEmpty {
            result.append(.assistant(.commentary, [text]))
        }
        result += try thoughts(of: message)
        for call in calls {
            let function = call.dict?[Key.function]?.dict ?? TemplateDict()
            result.append(
                .call(
                    name: function[Key.name]?.text ?? [],
                    arguments: function[Key.arguments]?.text ?? []
                )
            )
        }
        return result
    }

    private static func thoughts(of message: ChatMessage) throws(PromptError) -> [HarmonyMessage] {
        guard let reasoning = message.reasoning, reasoning.isTruthy else { return [] }
        guard let text = reasoning.text else {
            throw .rejected(reason: "reasoning: Input should be a valid string")
        }
        return [.assistant(.analysis, [text])]
    }

    private static func texts(of message: ChatMessage) throws(PromptError) -> [[UInt8]] {
        guard case .parts = message.content else { return [message.text ?? []] }
        let parts = try message.parts()
        guard !parts.isEmpty else { return [[]] }
        var texts: [[UInt8]] = []
        for part in parts {
            guard let part = part.dict else {
                throw .rejected(reason: "'str' object has no attribute 'get'")
            }
            guard let text = (part[Key.text] ?? .string([])).text else {
                throw .rejected(reason: "text: Input should be a valid string")
            }
            texts.append(text)
        }
        return texts
    }

    /// All text of a message in one piece. Nil if it has none, or if its parts are unchecked:
    /// the engine holds those as an iterator, and here looks into lists only.
    static func flatText(of message: ChatMessage) throws(PromptError) -> [UInt8]? {
        guard case .parts(let parts) = message.content else { return message.text }
        guard message.uncheckedType == nil else { return nil }
        var texts: [[UInt8]] = []
        for part in parts {
            if let text = part.text { texts.append(text) }
            guard let value = part.dict?[Key.text], !value.isNone else { continue }
            guard let text = value.text else {
                throw .rejected(reason: "sequence item: expected str instance")
            }
            texts.append(text)
        }
        return texts.isEmpty ? nil : Array(texts.joined())
    }
}

extension ChatMessage {
    /// The content, if it is a single text.
    fileprivate var text: [UInt8]? { if case .text(let text) = content { text } else { nil } }
}
