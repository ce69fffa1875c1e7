import Jinja

/// vLLM's own message type: any role, every field checked, any object as a part.
enum CustomMessageType {
    /// The number of fields that this type recognizes, those of nested objects included. Nil if
    /// a message does not fit.
    static func fieldCount(of message: TemplateDict) -> Int? {
        var count = 0
        for entry in message.entries {
            guard let entryCount = fieldCount(of: entry) else { return nil }
            count += entryCount
        }
        return message[Key.role]?.isString == true ? count : nil
    }

    private static func fieldCount(of entry: TemplateDict.Entry) -> Int? {
        let value = entry.value
        switch entry.key {
        case Key.role, Key.name: return value.isString ? 1 : nil
        case Key.task, Key.toolCallID: return value.isString || value.isNone ? 1 : nil
        case Key.reasoning: return reasoningFieldCount(value)
        case Key.content:
            if value.isString { return 1 }
            return value.list.flatMap { sum($0, partFieldCount) }.map { $0 + 1 }
        case Key.toolCalls:
            if value.isNone { return 1 }
            return value.list.flatMap { sum($0, ToolCalls.functionCallFieldCount) }.map { $0 + 1 }
        case Key.tools:
            if value.isNone { return 1 }
            return value.list.flatMap { sum($0, toolFieldCount) }.map { $0 + 1 }
        default: return 0
        }
    }

    private static func sum(
        _ values: [TemplateValue],
        _ fieldCount: (TemplateValue) -> Int?
    ) -> Int? {
        var total = 0
        for value in values {
            guard let count = fieldCount(value) else { return nil }
            total += count
        }
        return total
    }

    private static func reasoningFieldCount(_ value: TemplateValue) -> Int? {
        switch value {
        case .none, .string: 1
        case .dict(let dict):
            dict["data"]?.isString == true && dict[Key.type] == .string(promptEmbeds) ? 3 : nil
        default: nil
        }
    }

    private static let promptEmbeds = Array("prompt_embeds".utf8)

    /// A part that fits no type that it names still fits one whose fields are all optional.
    private static func partFieldCount(_ part: TemplateValue) -> Int? {
        if part.isString { return 0 }
        guard let part = part.dict else { return nil }
        guard let type = part[Key.type]?.text else { return untypedFieldCount(of: part) }
        return max(typedFieldCount(of: part, type), untypedFieldCount(of: part))
    }

    private static func typedFieldCount(of part: TemplateDict, _ type: [UInt8]) -> Int {
        switch String(decoding: type, as: UTF8.self) {
        case "text": part[Key.text]?.isString == true ? 2 : 0
        case "refusal": part[Key.refusal]?.isString == true ? 2 : 0
        case "thinking": thinkingFieldCount(of: part)
        case "tool_reference": part[Key.name]?.isString ?? true ? 2 : 0
        case "image_url", "audio_url", "video_url":
            part[type]?.dict?["url"]?.isString == true ? 3 : 0
        case "input_audio": part[type]?.dict?["data"]?.isString == true ? 4 : 0
        case "image_embeds", "audio_embeds", "video_embeds": part[type] == nil ? 1 : 2
        default: 0
        }
    }

    private static func thinkingFieldCount(of part: TemplateDict) -> Int {
        guard part[Key.thinking]?.isString == true else { return 0 }
        guard let closed = part["closed"] else { return 2 }
        return closed.pydanticBool == nil ? 0 : 3
    }

    private static func untypedFieldCount(of part: TemplateDict) -> Int {
        let optional = { (field: TemplateValue?) -> Int in
            guard let field else { return 0 }
            return field.isString || field.isNone ? 1 : 0
        }
        let urls = ["image_url", "audio_url", "video_url"].map { optional(part[Array($0.utf8)]) }
        let name = part[Key.type] == nil && part[Key.name]?.isString == true ? 1 : 0
        return max((urls.max() ?? 0) + optional(part[Key.uuid]), name)
    }

    private static func toolFieldCount(_ tool: TemplateValue) -> Int? {
        guard let tool = tool.dict, tool[Key.type] == .string(Key.function),
            let function = tool[Key.function]?.dict, function[Key.name]?.isString == true
        else { return nil }
        var count = 3
        if let description = function[Key.description] {
            guard description.isString else { return nil }
            count += 1
        }
        if let parameters = function[Key.parameters] {
            guard parameters.dict != nil else { return nil }
            count += 1
        }
        if let strict = function[Key.strict] {
            guard strict.isNone || strict.pydanticBool != nil else { return nil }
            count += 1
        }
        return count
    }
}
