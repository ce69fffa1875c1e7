import Jinja

/// A body of Anthropic's `/v1/messages` as the chat completion that vLLM 0.33 makes of it.
struct AnthropicBody {
    /// The body of the chat completion, without tools.
    private(set) var chat = TemplateDict()
    /// As in chat completions; nil if the request has none.
    private(set) var tools: [TemplateValue]?
    private(set) var toolChoice = ToolChoice.auto
    private(set) var effort: [UInt8]?
    private(set) var disablesThinking = false

    /// - Parameter mergesSystem: whether system messages among the others go to the front.
    /// - Throws: `rejected` for what the engine refuses; `unsupported` for changes of the tools in
    ///   the middle of a conversation.
    init(_ body: TemplateDict, mergesSystem: Bool) throws(PromptError) {
        let fields = RequestFields(body: body)
        guard let messages = try fields.list("messages") else {
            throw .invalid("messages", "a valid list")
        }
        var converter = AnthropicMessages(mergesSystem: mergesSystem)
        try converter.convert(system: fields.value("system"), messages: messages)
        chat[Key.messages] = .list(converter.messages.map { .dict($0) })
        for name in ["chat_template_kwargs", "kv_transfer_params"] {
            if let value = fields.value(name) { chat[Array(name.utf8)] = value }
        }
        effort = try fields.dict("output_config")?["effort"]?.text
        disablesThinking =
            try fields.dict("thinking")?[Key.type] == .string(Array("disabled".utf8))
        tools = try fields.list("tools").map(AnthropicBody.converted)
        if try fields.dict("tool_choice")?[Key.type] == .string(Array("none".utf8)) {
            toolChoice = .none
        }
    }

    private static func converted(
        _ tools: [TemplateValue]
    ) throws(PromptError) -> [TemplateValue] {
        var functions: [TemplateValue] = []
        for tool in tools {
            guard let tool = tool.dict, var schema = tool["input_schema"]?.dict else {
                throw .invalid("tools", "a list of objects with an input_schema")
            }
            if schema[Key.type] == nil { schema[Key.type] = .string("object") }
            var function = TemplateDict()
            function[Key.parameters] = .dict(schema)
            for key in [Key.name, Key.description, Key.strict, Key.deferLoading] {
                function[key] = tool[key]
            }
            var converted = TemplateDict()
            converted[Key.function] = .dict(function)
            functions.append(.dict(converted))
        }
        return functions.isEmpty ? [] : try ToolDefinitions.normalized(functions)
    }
}
