import Jinja

extension JinjaPrompt {
    /// Compiles every template of a model.
    init(
        _ files: ChatModelFiles,
        config: ModelConfig,
        options: ChatModelOptions
    ) throws(ChatModelError) {
        var processor: CompiledTemplate?
        if files.hasProcessor, files.chatTemplate == nil, let text = config.processorTemplate {
            processor = try JinjaPrompt.compiled(text, "chat_template.json")
        }
        let tokenizer = try JinjaPrompt.tokenizerTemplates(files, config)
        do {
            templates = try TemplateSet(
                tokenizer: tokenizer,
                processor: processor,
                override: options.chatTemplate
            )
        } catch {
            throw .template(name: "--chat-template", reason: "\(error)")
        }
        specialTokens = config.specialTokens(defaults: options.specialTokenDefaults)
        self.options = options
    }

    /// Files of templates come before the tokenizer's configuration.
    private static func tokenizerTemplates(
        _ files: ChatModelFiles,
        _ config: ModelConfig
    ) throws(ChatModelError) -> TemplateSet.TokenizerTemplates {
        var named: [[UInt8]: CompiledTemplate] = [:]
        if let text = files.chatTemplate {
            let template = try compiled(text, "chat_template.jinja")
            if files.namedChatTemplates.isEmpty { return .single(template) }
            named[Array("default".utf8)] = template
        }
        for (name, text) in files.namedChatTemplates {
            named[Array(name.utf8)] = try compiled(text, "chat_templates/\(name).jinja")
        }
        if !named.isEmpty { return .named(named) }
        for (name, text) in config.tokenizerTemplates {
            let template = try compiled(text, "tokenizer_config.json")
            guard let name else { return .single(template) }
            named[name] = template
        }
        return named.isEmpty ? .missing : .named(named)
    }

    private static func compiled(
        _ text: [UInt8],
        _ name: String
    ) throws(ChatModelError) -> CompiledTemplate {
        do {
            return try CompiledTemplate(text)
        } catch {
            throw .template(name: name, reason: "\(error)")
        }
    }
}
