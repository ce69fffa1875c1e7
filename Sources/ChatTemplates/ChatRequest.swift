import Jinja

/// A body of `/v1/chat/completions`, checked as far as it has to do with the prompt.
struct ChatRequest {
    let messages: [ChatMessage]
    /// Nil if the template sees no tools.
    private(set) var tools: [TemplateValue]?
    private(set) var reasoningEffort: [UInt8]?
    let documents: TemplateValue?
    let chatTemplate: [UInt8]?
    let templateArguments: TemplateDict
    let addsGenerationPrompt: Bool
    let continuesFinalMessage: Bool
    let addsSpecialTokens: Bool
    let truncation: RequestPrompts.Truncation?
    /// Ids that an earlier stage of the request has made of the same messages.
    let reusedTokens: [UInt32]?

    /// - Throws: `rejected` for what the engine refuses.
    init(_ body: TemplateDict, options: ChatModelOptions) throws(PromptError) {
        let fields = RequestFields(body: body)
        guard let messages = fields.value("messages")?.list else {
            throw .invalid("messages", "a valid list")
        }
        var validated: [ChatMessage] = []
        validated.reserveCapacity(messages.count)
        for message in messages { validated.append(try MessageValidation.validated(message)) }
        self.messages = validated

        let tools = try fields.list("tools").map { (list) throws(PromptError) in
            try ToolDefinitions.normalized(list)
        }
        let choice = try ToolChoice(body[Key.toolChoice], tools: tools)
        let isExcluded = choice == .none && options.excludesToolsWhenToolChoiceIsNone
        self.tools = isExcluded ? nil : tools

        let effort = try ChatRequest.reasoningEffort(fields)
        reasoningEffort = effort.map { options.reasoningEffortMap[$0] ?? $0 }.map { Array($0.utf8) }
        documents = try ChatRequest.documents(fields)
        chatTemplate = try fields.string("chat_template")
        templateArguments = try fields.dict("chat_template_kwargs") ?? TemplateDict()
        addsGenerationPrompt = try fields.bool("add_generation_prompt", default: true)
        continuesFinalMessage = try fields.bool("continue_final_message", default: false)
        addsSpecialTokens = try fields.bool("add_special_tokens", default: false)
        truncation = try fields.truncation()
        reusedTokens = try ChatRequest.reusedTokens(fields, messages: validated)
        try checkOptions(fields, options)
    }

    /// - Parameter effort: nil leaves it to the template.
    init(
        _ body: AnthropicBody,
        effort: [UInt8]?,
        options: ChatModelOptions
    ) throws(PromptError) {
        try self.init(body.chat, options: options)
        let isExcluded = body.toolChoice == .none && options.excludesToolsWhenToolChoiceIsNone
        tools = isExcluded ? nil : body.tools
        reasoningEffort = effort.map { effort in
            let name = String(decoding: effort, as: UTF8.self)
            return Array((options.reasoningEffortMap[name] ?? name).utf8)
        }
    }

    private func checkOptions(
        _ fields: RequestFields,
        _ options: ChatModelOptions
    ) throws(PromptError) {
        let setsBoth =
            fields.body[Key.continueFinalMessage]?.isTruthy ?? false
            && fields.body[Key.addGenerationPrompt]?.isTruthy ?? false
        guard !setsBoth else {
            throw .rejected(
                reason: "Cannot set both `continue_final_message` and "
                    + "`add_generation_prompt` to True."
            )
        }
        let hasTemplate =
            chatTemplate != nil || !(templateArguments[Key.chatTemplate]?.isNone ?? true)
        guard options.trustsRequestTemplates || !hasTemplate else {
            throw .rejected(
                reason: "Chat template is passed with request, but "
                    + "--trust-request-chat-template is not set. "
                    + "Refused request with untrusted chat template."
            )
        }
        let mediaArguments = ["mm_processor_kwargs", "media_io_kwargs"]
        for name in mediaArguments where !options.trustsRequestMediaArguments {
            guard try fields.dict(name)?.entries.isEmpty ?? true else {
                throw .rejected(reason: "Per-request \(name) are disabled by default")
            }
        }
    }

    private static func reasoningEffort(_ fields: RequestFields) throws(PromptError) -> String? {
        guard let value = fields.value("reasoning_effort") else { return nil }
        let efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"]
        guard let effort = value.text.map({ String(decoding: $0, as: UTF8.self) }),
            efforts.contains(effort)
        else { throw .invalid("reasoning_effort", "one of \(efforts.joined(separator: ", "))") }
        return effort
    }

    private static func documents(_ fields: RequestFields) throws(PromptError) -> TemplateValue? {
        guard let documents = try fields.list("documents") else { return nil }
        for document in documents {
            guard let document = document.dict,
                document.entries.allSatisfy({ $0.value.isString })
            else { throw .invalid("documents", "a list of objects of strings") }
        }
        return .list(documents)
    }

    /// vLLM takes over the ids that `kv_transfer_params` brings, unless the messages have to be
    /// rendered for another reason.
    private static func reusedTokens(
        _ fields: RequestFields,
        messages: [ChatMessage]
    ) throws(PromptError) -> [UInt32]? {
        guard let value = try fields.dict("kv_transfer_params")?["prompt_token_ids"],
            !value.isNone
        else { return nil }
        guard try !fields.bool("echo", default: false),
            !messages.contains(where: \.hasMedia)
        else { return nil }
        let ids = (value.list ?? []).map { id -> UInt32? in
            if case .int(let number) = id { UInt32(exactly: number) } else { nil }
        }
        guard !ids.isEmpty, !ids.contains(nil) else {
            throw .rejected(
                reason: "`kv_transfer_params['prompt_token_ids']` must be a non-empty list "
                    + "of non-negative integers."
            )
        }
        return ids.compactMap(\.self)
    }
}

extension ChatMessage {
    /// Whether a part may be other than text.
    var hasMedia: Bool {
        guard case .parts(let parts) = content else { return false }
        return parts.contains { part in
            guard part.dict != nil else { return false }
            guard let part = try? ContentPart(part) else { return true }
            return part.isMedia
        }
    }
}
