import Jinja

/// The chat templates of one model.
struct TemplateSet: Sendable {
    /// What the tokenizer's files say.
    enum TokenizerTemplates: Sendable {
        case missing
        case single(CompiledTemplate)
        case named([[UInt8]: CompiledTemplate])
    }

    private let tokenizer: TokenizerTemplates
    /// A processor's own template: only for requests without tools.
    private let processor: CompiledTemplate?
    /// Used where a request brings none.
    private let override: CompiledTemplate?

    init(
        tokenizer: TokenizerTemplates,
        processor: CompiledTemplate?,
        override: [UInt8]?
    ) throws(TemplateError) {
        self.tokenizer = tokenizer
        self.processor = processor
        self.override =
            if let override { try TemplateSet.resolved(override, in: tokenizer) } else { nil }
    }

    /// The template that `text` names, else the one that it is.
    private static func resolved(
        _ text: [UInt8],
        in tokenizer: TokenizerTemplates
    ) throws(TemplateError) -> CompiledTemplate {
        if case .named(let templates) = tokenizer, let template = templates[text] {
            return template
        }
        return try CompiledTemplate(text)
    }

    /// The template for one request.
    ///
    /// - Parameter requested: the request's own, a text or a name. Compiled each time.
    func template(requested: [UInt8]?, hasTools: Bool) throws(PromptError) -> CompiledTemplate {
        if let requested {
            do {
                return try TemplateSet.resolved(requested, in: tokenizer)
            } catch {
                throw .unsupported(reason: "the request's chat template: \(error)")
            }
        }
        if let override { return override }
        if !hasTools, let processor { return processor }
        switch tokenizer {
        case .single(let template): return template
        case .named(let templates):
            if hasTools, let template = templates[TemplateSet.toolUse] { return template }
            if let template = templates[TemplateSet.defaultName] { return template }
        case .missing: break
        }
        throw .unsupported(reason: "the model has no chat template")
    }

    private static let toolUse = Array("tool_use".utf8)
    private static let defaultName = Array("default".utf8)
}
