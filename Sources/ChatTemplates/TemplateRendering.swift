import Jinja

/// One request's rendering: everything but the messages is decided.
struct TemplateRendering {
    let template: CompiledTemplate
    let variables: TemplateDict
    let continuesFinalMessage: Bool
    let clock: TemplateClock

    /// - Throws: `rejected` where transformers raises.
    func text(of messages: [TemplateDict]) throws(PromptError) -> [UInt8] {
        guard !messages.isEmpty else {
            throw .rejected(
                reason: "Cannot apply chat template to an empty conversation. "
                    + "Provide at least one message."
            )
        }
        guard continuesFinalMessage else { return try rendered(messages) }
        guard variables[Key.addGenerationPrompt]?.isTruthy != true else {
            throw .rejected(
                reason: "continue_final_message and add_generation_prompt are not compatible."
            )
        }
        guard template.source.contains(Key.content) else {
            throw .rejected(reason: "\"content\" is not an accepted field in the chat_template")
        }
        var messages = messages
        let final = try FinalMessage.mark(in: &messages[messages.count - 1])
        return try FinalMessage.cut(rendered(messages), finalText: final)
    }

    private func rendered(_ messages: [TemplateDict]) throws(PromptError) -> [UInt8] {
        var variables = variables
        variables[Key.messages] = .list(messages.map { .dict($0) })
        var text: [UInt8] = []
        do {
            try template.template.render(variables, now: clock, to: &text)
        } catch {
            throw PromptError(error)
        }
        return text
    }
}

extension PromptError {
    /// What transformers raises too, the engine refuses; the rest is ours.
    fileprivate init(_ error: TemplateError) {
        let message = String(decoding: error.message, as: UTF8.self)
        switch error.kind {
        case .raised, .failed, .syntax: self = .rejected(reason: message)
        case .unsupported, .limit: self = .unsupported(reason: message)
        }
    }
}
