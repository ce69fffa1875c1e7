import Jinja

/// The message types of OpenAI's API, one for each role.
enum OpenAIMessageType {
    case developer, system, user, assistant, tool, function

    init?(role: [UInt8]) {
        switch role {
        case Key.developer: self = .developer
        case Key.system: self = .system
        case Key.user: self = .user
        case Key.assistant: self = .assistant
        case Key.tool: self = .tool
        case Key.function: self = .function
        default: return nil
        }
    }

    /// The number of fields that this type recognizes, those of nested objects included. Nil if
    /// a message does not fit.
    func fieldCount(of message: TemplateDict) -> Int? {
        guard let contentCount = contentFieldCount(message[Key.content]) else { return nil }
        let count = 1 + contentCount
        switch self {
        case .developer, .system, .user:
            return nameFieldCount(message[Key.name]).map { count + $0 }
        case .tool:
            return message[Key.toolCallID]?.isString == true ? count + 1 : nil
        case .function:
            return message[Key.name]?.isString == true ? count + 1 : nil
        case .assistant:
            guard let nameCount = nameFieldCount(message[Key.name]),
                let otherCount = assistantFieldCount(of: message)
            else { return nil }
            return count + nameCount + otherCount
        }
    }

    private func contentFieldCount(_ content: TemplateValue?) -> Int? {
        guard let content else { return self == .assistant ? 0 : nil }
        switch content {
        case .none: return self == .assistant || self == .function ? 1 : nil
        case .string: return 1
        case .list, .dict: return self == .function ? nil : 1
        default: return nil
        }
    }

    private func nameFieldCount(_ name: TemplateValue?) -> Int? {
        guard let name else { return 0 }
        return name.isString ? 1 : nil
    }

    private func assistantFieldCount(of message: TemplateDict) -> Int? {
        var count = 0
        if let refusal = message[Key.refusal] {
            guard refusal.isNone || refusal.isString else { return nil }
            count += 1
        }
        if let calls = message[Key.toolCalls] {
            guard calls.list != nil else { return nil }
            count += 1
        }
        for (name, required) in OpenAIMessageType.assistantObjects {
            guard let value = message[name] else { continue }
            count += 1
            if value.isNone { continue }
            guard let object = value.dict,
                required.allSatisfy({ object[$0]?.isString == true })
            else { return nil }
            count += required.count
        }
        return count
    }

    private static let assistantObjects: [(name: [UInt8], required: [[UInt8]])] = [
        (Array("audio".utf8), [Key.id]),
        (Array("function_call".utf8), [Key.arguments, Key.name]),
    ]

    /// Checks the parts of the content as the engine does once it reads them.
    func check(_ parts: [TemplateValue]) throws(PromptError) {
        for part in parts {
            guard let part = part.dict, accepts(part) else {
                throw .invalid("content", "a list of parts of the types for this role")
            }
        }
    }

    private func accepts(_ part: TemplateDict) -> Bool {
        guard let type = part[Key.type]?.text else { return false }
        switch String(decoding: type, as: UTF8.self) {
        case "text": return part[Key.text]?.isString == true
        case "refusal": return self == .assistant && part[Key.refusal]?.isString == true
        case "image_url":
            return self == .user
                && part["image_url"]?.dict?["url"]?.isString == true
        case "input_audio":
            return self == .user && part["input_audio"]?.dict?["data"]?.isString == true
        default: return false
        }
    }
}
