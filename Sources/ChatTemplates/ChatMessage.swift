import Jinja

/// One message of a request, as the engine's validation leaves it.
struct ChatMessage: Sendable, Equatable {
    enum Content: Sendable, Equatable {
        case none
        case text([UInt8])
        case parts([TemplateValue])

        var isEmpty: Bool {
            switch self {
            case .none: true
            case .text(let text): text.isEmpty
            case .parts(let parts): parts.isEmpty
            }
        }
    }

    var role: [UInt8]
    var content: Content
    /// Every call is a dict in its declared field order. Nil where absent or null.
    var toolCalls: [TemplateValue]?
    /// All fields of the message, `reasoning_content` renamed to `reasoning`.
    var fields: TemplateDict
    /// Set if nobody has looked at the parts of the content, which this type then checks.
    var uncheckedType: OpenAIMessageType?

    subscript(key: [UInt8]) -> TemplateValue? { fields[key] }

    /// The model's thoughts. Nil where absent or null.
    var reasoning: TemplateValue? {
        guard let reasoning = fields[Key.reasoning], !reasoning.isNone else { return nil }
        return reasoning
    }

    /// The content's parts; a text is one.
    ///
    /// - Throws: `rejected` if they are read for the first time and are not what they must be.
    func parts() throws(PromptError) -> [TemplateValue] {
        switch content {
        case .none: return []
        case .text(let text): return [.string(text)]
        case .parts(let parts):
            try uncheckedType?.check(parts)
            return parts
        }
    }
}
