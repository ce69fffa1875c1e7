package import Jinja
package import JSON

/// Makes the prompts of one model's requests, exactly as vLLM 0.33 makes them.
///
/// Thread safety: immutable once loaded; requests may be rendered from any thread at once.
package struct ChatModel: Sendable {
    /// How the engine renders the model's chats.
    enum Format: Sendable {
        case jinja(JinjaPrompt)
        case deepSeekV32
        case harmony
        case mistral(MistralVersion)
    }

    private let format: Format
    private let options: ChatModelOptions
    /// Whether the model wants one system message in front, so that Anthropic's others go there.
    private let mergesSystem: Bool

    /// - Throws: `ChatModelError` for files that cannot be read, for templates that use what we
    ///   do not render, and for kinds of models that the engine renders by code of its own.
    package init(folder: String, options: ChatModelOptions = .init()) throws(ChatModelError) {
        try self.init(try ChatModelFiles(folder: folder), options: options)
    }

    package init(
        _ files: ChatModelFiles,
        options: ChatModelOptions = .init()
    ) throws(ChatModelError) {
        let config = try ModelConfig(files)
        self.options = options
        format =
            switch try config.renderer(files, mode: options.tokenizerMode) {
            case .huggingFace:
                .jinja(try JinjaPrompt(files, config: config, options: options))
            case .deepSeekV32: .deepSeekV32
            case .harmony: .harmony
            case .mistral: .mistral(try MistralVersion(files))
            }
        // The engine asks the template, and takes a model without one for such a model.
        mergesSystem = if case .jinja(let jinja) = format { jinja.mergesSystem } else { true }
    }

    /// The most messages that a request may have; the engine has no such bound.
    package static let messageCountMax = 100_000

    /// What the engine tokenizes for a request.
    ///
    /// - Parameters:
    ///   - body: the parsed body. Keys keep their order: templates print it.
    ///   - clock: the engine's local time, for prompts that say the date.
    package func render(
        body: JSONValue,
        endpoint: RequestPrompts.Endpoint,
        clock: TemplateClock
    ) throws(PromptError) -> RequestPrompts {
        guard let fields = TemplateValue(body).dict else {
            throw .rejected(reason: "Input should be a valid dictionary")
        }
        switch endpoint {
        case .completions: return try CompletionRequest.prompts(fields, as: completionText)
        case .chatCompletions:
            return try chatPrompts(fields, clock: clock)
        case .messages:
            let body = try AnthropicBody(fields, mergesSystem: mergesSystem)
            let effort = body.disablesThinking ? disabledThinkingEffort(clock) : body.effort
            let request = try ChatRequest(body, effort: effort, options: options)
            return try prompts(for: request, body.chat, clock: clock)
        }
    }

    func chatPrompts(
        _ body: TemplateDict,
        clock: TemplateClock
    ) throws(PromptError) -> RequestPrompts {
        try prompts(for: ChatRequest(body, options: options), body, clock: clock)
    }

    private func prompts(
        for request: ChatRequest,
        _ fields: TemplateDict,
        clock: TemplateClock
    ) throws(PromptError) -> RequestPrompts {
        let sequence: RequestPrompts.Sequence =
            if let tokens = request.reusedTokens {
                .tokens(tokens)
            } else {
                .text(try prompt(for: request, fields, clock: clock))
            }
        return RequestPrompts([sequence], truncation: request.truncation)
    }

    /// Mistral's tokenizers find no special tokens in a completion's prompt, all others do.
    private func completionText(_ text: [UInt8]) -> RenderedPrompt.Segment {
        if case .mistral = format { .ordinaryText(text) } else { .text(text) }
    }

    private func prompt(
        for request: ChatRequest,
        _ fields: TemplateDict,
        clock: TemplateClock
    ) throws(PromptError) -> RenderedPrompt {
        guard request.messages.count <= ChatModel.messageCountMax else {
            throw .unsupported(reason: "more than \(ChatModel.messageCountMax) messages")
        }
        switch format {
        case .jinja(let jinja): return try jinja.prompt(for: request, clock: clock)
        case .deepSeekV32:
            return try DeepSeekV32Prompt.prompt(for: request, options: options)
        case .harmony:
            return try HarmonyPrompt.prompt(for: request, options: options, clock: clock)
        case .mistral(let version):
            return try MistralPrompt.prompt(for: request, version: version, body: fields)
        }
    }
}
