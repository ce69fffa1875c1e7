import Jinja

/// Prompts of DeepSeek V3.2, which has no template: the model's authors give an encoder, and
/// vLLM 0.33 uses it.
struct DeepSeekV32Prompt {
    private let messages: [TemplateDict]
    private let isThinking: Bool
    /// Index of the last message of a user or developer, -1 if there is none.
    private let lastUserIndex: Int
    private var output = Array("<｜begin▁of▁sentence｜>".utf8)

    static func prompt(
        for request: ChatRequest,
        options: ChatModelOptions
    ) throws(PromptError) -> RenderedPrompt {
        let arguments = TemplateArguments(request, options: options)
        try arguments.checkCollisions(with: [Array("conversation".utf8), Key.messages])
        let conversation = try Conversation(request.messages, format: .string)
        guard !conversation.hasMedia else {
            throw .rejected(reason: "DeepSeek V3.2 is not a multimodal model")
        }
        var messages = conversation.messages
        if let tools = arguments.tools, tools.isTruthy {
            var system = TemplateDict()
            system[Key.role] = .string(Key.system)
            system[Key.tools] = tools
            messages.insert(system, at: 0)
        }
        let isThinking =
            arguments[Key.thinking]?.isTruthy ?? false
            || arguments[Key.enableThinking]?.isTruthy ?? false
        var prompt = try DeepSeekV32Prompt(messages, isThinking: isThinking)
        try prompt.writeMessages()
        return RenderedPrompt(
            segments: [.text(prompt.output)],
            addsSpecialTokens: request.addsSpecialTokens
        )
    }

    /// Earlier thoughts are left out of a prompt that ends with a user's message.
    private init(_ messages: [TemplateDict], isThinking: Bool) throws(PromptError) {
        guard let last = messages.last else { throw .rejected(reason: "list index out of range") }
        let dropsThoughts = isThinking && last[Key.role] == .string(Key.user)
        self.messages =
            dropsThoughts ? DeepSeekV32Prompt.withoutEarlierThoughts(messages) : messages
        self.isThinking = isThinking
        lastUserIndex = DeepSeekV32Prompt.lastUserIndex(in: self.messages)
        // The engine counts the messages before it drops any, and then runs out of them.
        guard self.messages.count == messages.count else {
            throw .rejected(reason: "Index \(self.messages.count) out of range for messages list")
        }
    }

    private static func lastUserIndex(in messages: [TemplateDict]) -> Int {
        messages.lastIndex { message in
            let role = message[Key.role]?.text
            return role == Key.user || role == Key.developer
        } ?? -1
    }

    private static func withoutEarlierThoughts(_ messages: [TemplateDict]) -> [TemplateDict] {
        let lastUser = lastUserIndex(in: messages)
        let keptRoles = [Key.user, Key.system, Key.tool]
        return messages.enumerated().compactMap { index, message in
            guard let role = message[Key.role]?.text else { return nil }
            if keptRoles.contains(role) || index >= lastUser { return message }
            guard role == Key.assistant else { return nil }
            var message = message
            message[Key.reasoning] = nil
            return message
        }
    }
}

extension DeepSeekV32Prompt {
    private mutating func writeMessages() throws(PromptError) {
        // The last message before a run of tool results.
        var callerIndex = -1
        for index in messages.indices {
            switch messages[index][Key.role]?.text {
            case Key.system: try writeSystem(messages[index])
            case Key.developer: try writeDeveloper(messages[index], at: index)
            case Key.user:
                output += "<｜User｜>".utf8
                output += content(messages[index])
                output += "<｜Assistant｜>".utf8
                writeThinkingMark(opens: index == lastUserIndex)
            case Key.tool: try writeToolResult(messages[index], at: index, callerIndex: callerIndex)
            case Key.assistant: try writeAssistant(messages[index], at: index)
            default: throw .rejected(reason: "Invalid role")
            }
            if messages[index][Key.role] != .string(Key.tool) { callerIndex = index }
        }
    }

    private func content(_ message: TemplateDict) -> [UInt8] { message[Key.content]?.text ?? [] }

    /// Thoughts follow if they are asked for and the place is one for them.
    private mutating func writeThinkingMark(opens: Bool) {
        output += opens && isThinking ? "<think>".utf8 : "</think>".utf8
    }

    private mutating func writeSystem(_ message: TemplateDict) throws(PromptError) {
        output += content(message)
        try writeTools(of: message)
    }

    private mutating func writeDeveloper(
        _ message: TemplateDict,
        at index: Int
    ) throws(PromptError) {
        guard !content(message).isEmpty else {
            throw .rejected(reason: "Invalid message for role `developer`")
        }
        output += "<｜User｜>".utf8
        try writeTools(of: message)
        output += "\n\n# The user's message is: ".utf8
        output += content(message)
        output += "<｜Assistant｜>".utf8
        writeThinkingMark(opens: index == lastUserIndex)
    }

    private mutating func writeTools(of message: TemplateDict) throws(PromptError) {
        guard let tools = message[Key.tools], tools.isTruthy else { return }
        output += "\n\n".utf8
        output += DeepSeekV32Text.toolsPrefix
        for (index, tool) in (tools.list ?? []).enumerated() {
            guard let function = tool.dict?[Key.function] else {
                throw .rejected(reason: "a tool has no function")
            }
            if index > 0 { output.append(UInt8(ascii: "\n")) }
            PythonJSON.append(function, to: &output)
        }
        output += DeepSeekV32Text.toolsSuffix
    }

    /// - Parameter callerIndex: of the last message that is no tool result, -1 if all are.
    private mutating func writeToolResult(
        _ message: TemplateDict,
        at index: Int,
        callerIndex: Int
    ) throws(PromptError) {
        // In front of everything the encoder looks at the last message, as Python indexes do.
        let caller = index == 0 ? messages[messages.count - 1] : messages[max(callerIndex, 0)]
        let isCalled = index == 0 || callerIndex >= 0 && caller[Key.role] == .string(Key.assistant)
        guard isCalled else { throw .rejected(reason: "Invalid messages at \(index)") }
        let position = index - callerIndex
        let callCount = caller[Key.toolCalls]?.list?.count ?? 0
        guard callCount >= position else {
            throw .rejected(reason: "No tool calls but found tool output")
        }
        if position == 1 { output += "\n\n<function_results>".utf8 }
        output += "\n<result>".utf8
        output += content(message)
        output += "</result>".utf8
        if position == callCount {
            output += "\n</function_results>\n\n".utf8
            writeThinkingMark(opens: index >= lastUserIndex)
        }
    }

    private mutating func writeAssistant(
        _ message: TemplateDict,
        at index: Int
    ) throws(PromptError) {
        let calls = message[Key.toolCalls]?.list ?? []
        if isThinking, index > lastUserIndex {
            let reasoning = message[Key.reasoning] ?? .none
            guard reasoning.isTruthy || !calls.isEmpty else {
                throw .rejected(
                    reason: "ThinkingMode: thinking, invalid message without "
                        + "reasoning/tool_calls after last user message"
                )
            }
            try writeThoughts(reasoning)
            output += "</think>".utf8
        }
        output += content(message)
        if !calls.isEmpty { writeCalls(calls) }
        output += "<｜end▁of▁sentence｜>".utf8
    }

    /// Clients may send other things than strings: Python prints them.
    private mutating func writeThoughts(_ reasoning: TemplateValue) throws(PromptError) {
        switch reasoning {
        case .string(let text): output += text
        case .int(let number) where number != 0: output += "\(number)".utf8
        case .bool(true): output += "True".utf8
        default:
            guard !reasoning.isTruthy else {
                throw .unsupported(reason: "reasoning that is not a string")
            }
        }
    }

    private mutating func writeCalls(_ calls: [TemplateValue]) {
        output += "\n\n<｜DSML｜function_calls>\n".utf8
        for (index, call) in calls.enumerated() {
            let function = call.dict?[Key.function]?.dict ?? TemplateDict()
            if index > 0 { output.append(UInt8(ascii: "\n")) }
            output += "<｜DSML｜invoke name=\"".utf8
            output += function[Key.name]?.text ?? []
            output += "\">\n".utf8
            writeArguments(function[Key.arguments]?.dict ?? TemplateDict())
            output += "\n</｜DSML｜invoke>".utf8
        }
        output += "\n</｜DSML｜function_calls>".utf8
    }

    private mutating func writeArguments(_ arguments: TemplateDict) {
        for (index, entry) in arguments.entries.enumerated() {
            if index > 0 { output.append(UInt8(ascii: "\n")) }
            output += "<｜DSML｜parameter name=\"".utf8
            output += entry.key
            output +=
                entry.value.isString ? "\" string=\"true\">".utf8 : "\" string=\"false\">".utf8
            if let text = entry.value.text {
                output += text
            } else {
                PythonJSON.append(entry.value, to: &output)
            }
            output += "</｜DSML｜parameter>".utf8
        }
    }
}
