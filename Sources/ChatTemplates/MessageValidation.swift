import Jinja

/// What vLLM's request type makes of a message before anything looks at it.
///
/// The engine tries each message as one of OpenAI's types, which look at the content only when
/// it is read and then accept few part types, and as a type of its own, which checks everything
/// at once and accepts any part. The type that recognizes more fields wins, OpenAI's on a tie
/// (pydantic's smart unions). Of that only two things show: whether a request is refused, and
/// the order of the fields in tool calls.
enum MessageValidation {
    static func validated(_ message: TemplateValue) throws(PromptError) -> ChatMessage {
        guard var fields = message.dict else { throw .invalid("messages", "a list of objects") }
        try rename(&fields)
        guard let role = fields[Key.role]?.text else {
            throw .invalid("messages", "a list of objects with a role")
        }
        let openAI = OpenAIMessageType(role: role)
        let openAIFieldCount = openAI?.fieldCount(of: fields)
        let customFieldCount = CustomMessageType.fieldCount(of: fields)
        if openAIFieldCount == nil, customFieldCount == nil {
            throw .invalid("messages", "a list of messages with fields of the declared types")
        }
        let isOpenAI = (openAIFieldCount ?? -1) >= (customFieldCount ?? -1)
        if !isOpenAI, let tools = fields[Key.tools]?.list {
            fields[Key.tools] = .list(ToolDefinitions.ordered(tools))
        }
        let isCheckedCall = role == Key.assistant || openAIFieldCount == nil
        return ChatMessage(
            role: role,
            content: try content(fields[Key.content]),
            toolCalls: isCheckedCall ? try ToolCalls.validated(fields[Key.toolCalls]) : nil,
            fields: fields,
            uncheckedType: isOpenAI ? openAI : nil
        )
    }

    /// Renames the deprecated `reasoning_content`, and makes a list of `tool_calls`.
    private static func rename(_ fields: inout TemplateDict) throws(PromptError) {
        if let reasoning = fields[Key.reasoningContent] {
            fields[Key.reasoningContent] = nil
            if !reasoning.isNone, fields[Key.reasoning]?.isNone ?? true {
                fields[Key.reasoning] = reasoning
            }
        }
        switch fields[Key.toolCalls] {
        case nil, .some(.none), .list: break
        case .string(let text) where text.isEmpty: fields[Key.toolCalls] = .list([])
        case .dict(let dict) where dict.entries.isEmpty: fields[Key.toolCalls] = .list([])
        default: throw .invalid("tool_calls", "a valid list")
        }
    }

    private static func content(_ value: TemplateValue?) throws(PromptError) -> ChatMessage.Content
    {
        switch value {
        case nil, .some(.none): .none
        case .string(let text): .text(text)
        case .list(let parts): .parts(parts)
        case .dict(let dict) where dict.entries.isEmpty: .parts([])
        default: throw .invalid("content", "a valid string or a list of parts")
        }
    }
}
