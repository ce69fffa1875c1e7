import Jinja

/// Prompts of Mistral's models by the rules of mistral-common 1.13: control tokens stand alone,
/// and nothing that a user writes can become one.
///
/// The library tokenizes each piece of text by itself; each segment is one such piece.
/// Requests that it refuses for their form (names, ids, the order of roles) may be rendered.
struct MistralPrompt {
    private let version: MistralVersion
    private var segments: [RenderedPrompt.Segment] = [.special(Array("<s>".utf8))]
    private var isComplete = true

    static func prompt(
        for request: ChatRequest,
        version: MistralVersion,
        body: TemplateDict
    ) throws(PromptError) -> RenderedPrompt {
        try check(request, body: body)
        var messages: [MistralMessage] = []
        messages.reserveCapacity(request.messages.count)
        for message in request.messages { messages.append(try MistralMessage(message)) }
        var prompt = MistralPrompt(version: version)
        if version == .v3 {
            let system = messages.filter { $0.role == .system && !$0.chunks.isEmpty }
            let texts = MistralMessage.merged(system).map { $0.text ?? [] }
            messages = MistralMessage.merged(messages).filter { $0.role != .system }
            if messages.first?.role != .user { messages.insert(.emptyUser, at: 0) }
            let systemPrompt = Array(texts.joined(separator: Array("\n\n".utf8)))
            try prompt.write(messages, request, systemPrompt: systemPrompt)
        } else {
            var merged = MistralMessage.merged(messages)
            if version >= .v11 { MistralMessage.sortResults(in: &merged) }
            try prompt.write(merged, request, systemPrompt: [])
        }
        return RenderedPrompt(segments: prompt.segments, isComplete: prompt.isComplete)
    }

    private init(version: MistralVersion) { self.version = version }

    private static func check(
        _ request: ChatRequest,
        body: TemplateDict
    ) throws(PromptError) {
        let fields = RequestFields(body: body)
        guard fields.value("chat_template") == nil, fields.value("chat_template_kwargs") == nil
        else {
            throw .rejected(reason: "chat_template is not supported for Mistral tokenizers.")
        }
        let efforts = [Array("none".utf8), Array("high".utf8)]
        if let value = fields.value("reasoning_effort")?.text, !efforts.contains(value) {
            throw .rejected(reason: "reasoning_effort is not supported by Mistral models.")
        }
        guard let last = request.messages.last else {
            throw .rejected(reason: "list index out of range")
        }
        guard !(request.continuesFinalMessage && request.addsGenerationPrompt) else {
            throw .rejected(
                reason: "Cannot set both `add_generation_prompt` and "
                    + "`continue_final_message` to True."
            )
        }
        guard (last.role == Key.assistant) == request.continuesFinalMessage else {
            throw .rejected(reason: "the last message must be the one to continue, or a request")
        }
    }
}

extension MistralPrompt {
    private mutating func special(_ token: StaticString) {
        segments.append(.special(Array("\(token)".utf8)))
    }

    private mutating func text(_ text: [UInt8]) {
        if !text.isEmpty { segments.append(.ordinaryText(text)) }
    }

    private mutating func json(_ value: TemplateValue) {
        var output: [UInt8] = []
        PythonJSON.append(value, to: &output)
        text(output)
    }

    /// Writes up to the first image or sound.
    private mutating func write(
        _ messages: [MistralMessage],
        _ request: ChatRequest,
        systemPrompt: [UInt8]
    ) throws(PromptError) {
        let lastUser = messages.lastIndex { $0.role == .user }
        let firstUser = messages.firstIndex { $0.role == .user }
        for (index, message) in messages.enumerated() where isComplete {
            switch message.role {
            case .system:
                special("[SYSTEM_PROMPT]")
                try write(message.chunks)
                special("[/SYSTEM_PROMPT]")
            case .user:
                if index == (version >= .v13 ? firstUser : lastUser) { write(tools: request.tools) }
                try writeUser(message, systemPrompt: index == lastUser ? systemPrompt : [])
            case .tool: try writeResult(message)
            case .assistant:
                let isPrefix = request.continuesFinalMessage && index == messages.count - 1
                try writeAssistant(message, isPrefix: isPrefix)
            }
        }
    }

    private mutating func write(tools: [TemplateValue]?) {
        guard let tools, !tools.isEmpty else { return }
        special("[AVAILABLE_TOOLS]")
        json(.list(tools.map(MistralPrompt.declaration)))
        special("[/AVAILABLE_TOOLS]")
    }

    private static func declaration(_ tool: TemplateValue) -> TemplateValue {
        let function = tool.dict?[Key.function]?.dict ?? TemplateDict()
        let description = function[Key.description]?.text ?? []
        let parameters = function[Key.parameters]?.dict ?? TemplateDict()
        var declared = TemplateDict()
        declared[Key.name] = function[Key.name] ?? TemplateValue.none
        declared[Key.description] = .string(description)
        declared[Key.parameters] = .dict(parameters)
        var result = TemplateDict()
        result[Key.type] = .string(Key.function)
        result[Key.function] = .dict(declared)
        return .dict(result)
    }

    private mutating func writeUser(
        _ message: MistralMessage,
        systemPrompt: [UInt8]
    ) throws(PromptError) {
        special("[INST]")
        guard let content = message.text else {
            guard message.chunks.contains(.media) else {
                throw .rejected(reason: "ThinkChunk cannot be used in user message.")
            }
            // An image may come before the text that it follows.
            isComplete = false
            return
        }
        text(systemPrompt.isEmpty ? content : systemPrompt + Array("\n\n".utf8) + content)
        special("[/INST]")
    }

    private mutating func write(_ chunks: [MistralMessage.Chunk]) throws(PromptError) {
        for chunk in chunks {
            switch chunk {
            case .text(let text): self.text(text)
            case .thinking(let thoughts, let isClosed):
                guard version >= .v13 else {
                    throw .rejected(reason: "Think not implemented for tokenizer < V13.")
                }
                special("[THINK]")
                text(thoughts)
                if isClosed { special("[/THINK]") }
            case .media:
                isComplete = false
                return
            }
        }
    }

    private mutating func writeResult(_ message: MistralMessage) throws(PromptError) {
        special("[TOOL_RESULTS]")
        guard let content = message.text else {
            throw .rejected(reason: "Tool content only supports text chunks")
        }
        switch version {
        case .v3:
            var result = TemplateDict()
            result[Key.content] = try PythonJSON.valueOrText(content)
            result["call_id"] = .string(message.callID)
            json(.dict(result))
        case .v7, .v11:
            text(message.callID)
            special("[TOOL_CONTENT]")
            text(content)
        case .v13: text(content)
        }
        special("[/TOOL_RESULTS]")
    }

    private mutating func writeAssistant(
        _ message: MistralMessage,
        isPrefix: Bool
    ) throws(PromptError) {
        guard !message.calls.isEmpty || !message.chunks.isEmpty else {
            throw .rejected(reason: "Invalid assistant message")
        }
        if let content = message.text {
            guard version != .v3 || content.isEmpty || message.calls.isEmpty else {
                throw .rejected(
                    reason:
                        "Assistant message must have either content or tool_calls, but not both."
                )
            }
            let end = (content.lastIndex { $0 != UInt8(ascii: " ") } ?? -1) + 1
            text(Array(content[..<end]))
        } else {
            try write(message.chunks)
        }
        write(message.calls)
        if !isPrefix { special("</s>") }
    }

    private mutating func write(_ calls: [MistralMessage.Call]) {
        guard !calls.isEmpty else { return }
        if version < .v11 {
            special("[TOOL_CALLS]")
            json(.list(calls.map(\.asJSON)))
            return
        }
        for call in calls {
            special("[TOOL_CALLS]")
            text(call.name)
            if version == .v11, !call.id.isEmpty, call.id != Array("null".utf8) {
                special("[CALL_ID]")
                text(call.id)
            }
            special("[ARGS]")
            json(call.arguments)
        }
    }
}
