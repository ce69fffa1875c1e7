import Jinja

/// What a template is rendered with besides the messages.
///
/// Precedence, from the weakest: the engine's defaults and the request's tools, the request's
/// `chat_template_kwargs`, the request's own fields. Null and "auto" never override.
struct TemplateArguments {
    /// All of them, before the filter of `variables(for:)`.
    private var all: TemplateDict

    init(_ request: ChatRequest, options: ChatModelOptions) {
        all = options.defaultTemplateArguments
        if let tools = request.tools { all[Key.tools] = .list(tools) }
        TemplateArguments.merge(request.templateArguments, into: &all)
        all[Key.addGenerationPrompt] = .bool(request.addsGenerationPrompt)
        all[Key.continueFinalMessage] = .bool(request.continuesFinalMessage)
        if let documents = request.documents { all[Key.documents] = documents }
        guard let effort = request.reasoningEffort else { return }
        all[Key.reasoningEffort] = .string(effort)
        if request.templateArguments[Key.enableThinking] == nil {
            all[Key.enableThinking] = .bool(effort != Array("none".utf8))
        }
    }

    private static func merge(_ overrides: TemplateDict, into dict: inout TemplateDict) {
        for entry in overrides.entries where !entry.value.isUnsetArgument {
            dict[entry.key] = entry.value
        }
    }

    subscript(key: [UInt8]) -> TemplateValue? { all[key] }

    /// Nil if the request has none. A request's `chat_template_kwargs` may bring its own.
    var tools: TemplateValue? { nonNull(Key.tools) }
    var documents: TemplateValue? { nonNull(Key.documents) }

    private func nonNull(_ key: [UInt8]) -> TemplateValue? {
        guard let value = all[key], !value.isNone else { return nil }
        return value
    }

    /// The variables that a template sees: the model's special tokens, and of the other
    /// arguments those that it refers to.
    ///
    /// - Throws: `rejected` for arguments that transformers takes for its own and refuses.
    func variables(
        for template: Template,
        specialTokens: TemplateDict
    ) throws(PromptError) -> TemplateDict {
        try checkCollisions(with: TemplateArguments.callParameters)
        for key in TemplateArguments.refused where all[key]?.isTruthy ?? false {
            throw .rejected(reason: "an argument needs tokenize=True")
        }
        guard all[Key.messages] == nil || !template.undeclaredVariables.contains(Key.messages)
        else {
            throw .rejected(reason: "got multiple values for keyword argument 'messages'")
        }
        try TemplateArguments.checkObjects(tools, "Tools should either be a JSON schema")
        try TemplateArguments.checkObjects(documents, "Documents should be a list of dicts")
        var variables = specialTokens
        for entry in all.entries
        where !TemplateArguments.consumed.contains(entry.key)
            && template.undeclaredVariables.contains(entry.key)
        {
            variables[entry.key] = entry.value
        }
        variables[Key.tools] = tools ?? TemplateValue.none
        variables[Key.documents] = documents ?? TemplateValue.none
        variables[Key.addGenerationPrompt] = all[Key.addGenerationPrompt]
        return variables
    }

    private static func checkObjects(
        _ value: TemplateValue?,
        _ reason: String
    ) throws(PromptError) {
        guard let value else { return }
        guard let list = value.list, list.allSatisfy({ $0.dict != nil }) else {
            throw .rejected(reason: reason)
        }
    }

    /// - Throws: `rejected` if an argument has the name of a parameter that the engine passes
    ///   itself.
    func checkCollisions(with parameters: [[UInt8]]) throws(PromptError) {
        for key in parameters where !(all[key]?.isNone ?? true) {
            let name = String(decoding: key, as: UTF8.self)
            throw .rejected(reason: "got multiple values for argument '\(name)'")
        }
    }

    /// Parameters of the functions on the way to the template.
    private static let callParameters = [
        "conversation", "self", "model_config", "tokenizer",
    ].map { Array($0.utf8) }

    /// What transformers does only if it tokenizes as well.
    private static let refused = [
        "sanitize_control_tokens", "return_assistant_tokens_mask",
    ].map { Array($0.utf8) }

    /// Parameters of `apply_chat_template` in transformers 5.20: it keeps them to itself.
    private static let consumed: Set<[UInt8]> = Set(
        [
            "tools", "documents", "chat_template", "add_generation_prompt",
            "continue_final_message", "tokenize", "padding", "truncation", "max_length",
            "return_tensors", "return_dict", "return_assistant_tokens_mask", "tokenizer_kwargs",
            "sanitize_control_tokens", "conversation", "self",
        ].map { Array($0.utf8) }
    )
}
