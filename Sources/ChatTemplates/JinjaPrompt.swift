import Jinja

/// Renders conversations by a model's Jinja template, as transformers 5.20 does.
struct JinjaPrompt: Sendable {
    let templates: TemplateSet
    let specialTokens: TemplateDict
    let options: ChatModelOptions

    func prompt(
        for request: ChatRequest,
        clock: TemplateClock
    ) throws(PromptError) -> RenderedPrompt {
        let arguments = TemplateArguments(request, options: options)
        let requested = requestedTemplate(request, arguments)
        let template = try templates.template(
            requested: requested,
            hasTools: arguments.tools != nil
        )
        let conversation = try DeveloperMessages.converted(
            Conversation(
                request.messages,
                format: options.contentFormat ?? template.contentFormat
            ),
            templateText: template.source
        )
        let rendering = TemplateRendering(
            template: template,
            variables: try arguments.variables(
                for: template.template,
                specialTokens: specialTokens
            ),
            continuesFinalMessage: request.continuesFinalMessage,
            clock: clock
        )
        let text = try text(of: conversation, rendering)
        return RenderedPrompt(
            segments: [.text(text)],
            addsSpecialTokens: request.addsSpecialTokens,
            isComplete: !conversation.hasMedia
        )
    }

    /// An argument that is a template counts only where nothing else says which to take.
    private func requestedTemplate(
        _ request: ChatRequest,
        _ arguments: TemplateArguments
    ) -> [UInt8]? {
        if let template = request.chatTemplate, !template.isEmpty { return template }
        guard options.chatTemplate == nil else { return nil }
        return arguments[Key.chatTemplate]?.text
    }

    /// The rendered text, up to the first image, audio or video.
    ///
    /// What stands for such a part is decided by the template and by the engine's processor of
    /// the model. The text before it is found by rendering with a mark in the part's place:
    ///
    /// - where templates see parts, the true rendering and the marked one agree up to the place;
    /// - where they see text, the engine puts its placeholder in front of the message's text, and
    ///   so is the mark; the text before the mark is common to both.
    private func text(
        of conversation: Conversation,
        _ rendering: TemplateRendering
    ) throws(PromptError) -> [UInt8] {
        guard let media = conversation.media.first else {
            return try rendering.text(of: conversation.messages)
        }
        let marked = try rendering.text(of: conversation.marked(at: media))
        if media.part == nil {
            guard let mark = marked.firstStart(of: Conversation.mark) else { return [] }
            return Array(marked[..<mark])
        }
        let text = try rendering.text(of: conversation.messages)
        return zip(text, marked).prefix { $0 == $1 }.map(\.0)
    }
}

extension Conversation {
    /// Begins with a byte that no placeholder begins with, so that a rendering with it and one
    /// with a placeholder differ from their first byte on.
    static let mark = Array("\u{E0A0}warmpath-media\u{E0A0}".utf8)

    /// The messages with a mark in the place of their first media.
    fileprivate func marked(at media: MediaPosition) -> [TemplateDict] {
        var messages = messages
        let content = messages[media.message][Key.content] ?? .none
        if let part = media.part, case .list(var parts) = content {
            var text = TemplateDict()
            text[Key.type] = .string(Key.text)
            text[Key.text] = .string(Conversation.mark)
            parts[part] = .dict(text)
            messages[media.message][Key.content] = .list(parts)
        } else {
            let text = content.text ?? []
            let separator = text.isEmpty ? [] : [UInt8(ascii: "\n")]
            messages[media.message][Key.content] = .string(Conversation.mark + separator + text)
        }
        return messages
    }
}
