import Jinja

extension ChatModel {
    /// The effort that stands for no thinking: "none", or "low" for models that refuse it or that
    /// think no less with it. The engine finds out in the same way.
    func disabledThinkingEffort(_ clock: TemplateClock) -> [UInt8] {
        let low = Array("low".utf8)
        guard let none = probe(effort: "none", clock) else { return low }
        for effort in ["low", "medium", "high", "xhigh", "max"]
        where probe(effort: effort, clock) == none {
            return low
        }
        return Array("none".utf8)
    }

    private func probe(effort: String, _ clock: TemplateClock) -> RequestPrompts? {
        var message = TemplateDict()
        message[Key.role] = .string(Key.user)
        message[Key.content] = .string("Hi")
        var body = TemplateDict()
        body[Key.messages] = .list([.dict(message)])
        body[Key.reasoningEffort] = .string(effort)
        return try? chatPrompts(body, clock: clock)
    }
}

extension JinjaPrompt {
    /// Whether a template, the one for tools included, refuses a system message behind others.
    var mergesSystem: Bool {
        [false, true].contains { hasTools in
            guard let template = try? templates.template(requested: nil, hasTools: hasTools) else {
                return true
            }
            return template.refusesLaterSystem
        }
    }
}

extension CompiledTemplate {
    /// The engine asks Jinja2 without what transformers adds to it: a template that needs the
    /// date or marks generated text raises there.
    fileprivate var refusesLaterSystem: Bool {
        let needsDate =
            source.contains(Array("strftime_now(".utf8))
            && !source.contains(Array("strftime_now is defined".utf8))
        let marksGeneration = source.contains(Array("endgeneration".utf8))
        guard !needsDate, !marksGeneration else { return true }
        let messages = [Key.system, Key.user, Key.system, Key.user].map { role in
            var message = TemplateDict()
            message[Key.role] = .string(role)
            message[Key.content] = .string("t")
            return TemplateValue.dict(message)
        }
        var variables = TemplateDict()
        variables[Key.messages] = .list(messages)
        variables[Key.addGenerationPrompt] = .bool(false)
        let clock = TemplateClock(at: .init(year: 2000, month: 1, day: 1))
        var text: [UInt8] = []
        do {
            try template.render(variables, now: clock, to: &text)
            return false
        } catch {
            return true
        }
    }
}
