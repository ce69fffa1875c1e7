import Jinja

/// The messages of a request as a template sees them.
struct Conversation: Sendable, Equatable {
    /// Where a message has its first image, audio or video.
    struct MediaPosition: Sendable, Equatable {
        var message: Int
        /// Index of the part in the message's content. Nil in the string format, where the
        /// engine puts its placeholder in front of the message's text.
        var part: Int?
    }

    private(set) var messages: [TemplateDict] = []
    /// At most one for each message, in their order.
    private(set) var media: [MediaPosition] = []
    /// Whether a message has media, even if its template will not see them.
    private(set) var hasMedia = false

    init(_ messages: [ChatMessage], format: ContentFormat) throws(PromptError) {
        self.messages.reserveCapacity(messages.count)
        for message in messages {
            self.messages.append(try converted(message, format: format))
        }
    }

    /// The same conversation, its messages put another way.
    init(_ messages: [TemplateDict], media: [MediaPosition], of other: Conversation) {
        (self.messages, self.media, hasMedia) = (messages, media, other.hasMedia)
    }

    private mutating func converted(
        _ message: ChatMessage,
        format: ContentFormat
    ) throws(PromptError) -> TemplateDict {
        try Conversation.checkReasoning(message)
        var result = TemplateDict()
        result[Key.role] = .string(message.role)
        result[Key.content] = try content(of: message, format: format)
        if message.role == Key.assistant {
            if let calls = message.toolCalls, !calls.isEmpty {
                result[Key.toolCalls] = .list(try ToolCalls.withParsedArguments(calls))
            }
            if let reasoning = message.reasoning {
                result[Key.reasoning] = reasoning
                result[Key.reasoningContent] = reasoning
            }
        } else if message.role == Key.tool, let id = message[Key.toolCallID] {
            result[Key.toolCallID] = id
        }
        if let name = message[Key.name], name.isString { result[Key.name] = name }
        if let task = message[Key.task], task.isString { result[Key.task] = task }
        if message.role == Key.developer {
            result[Key.tools] = message[Key.tools] ?? TemplateValue.none
        }
        return result
    }

    private static func checkReasoning(_ message: ChatMessage) throws(PromptError) {
        guard message.reasoning?.dict?[Key.type] != .string(Array("prompt_embeds".utf8)) else {
            throw .unsupported(reason: "prompt embeddings in messages")
        }
    }

    private mutating func content(
        of message: ChatMessage,
        format: ContentFormat
    ) throws(PromptError) -> TemplateValue {
        let parts = try Conversation.parts(of: message)
        switch format {
        case .string:
            if parts.contains(where: \.isMedia) { noteMedia(part: nil) }
            return .string(try Conversation.joined(parts))
        case .openAI:
            if message.role == Key.tool, parts.allSatisfy(\.isTextOrSkipped) {
                return .string(try Conversation.joinedToolResult(parts))
            }
            var wrapped: [TemplateValue] = []
            for part in parts {
                if part.isMedia { noteMedia(part: wrapped.count) }
                if let value = part.wrapped { wrapped.append(value) }
            }
            return .list(wrapped)
        }
    }

    /// Notes media of the message that is being converted.
    private mutating func noteMedia(part: Int?) {
        hasMedia = true
        guard media.last?.message != messages.count else { return }
        media.append(MediaPosition(message: messages.count, part: part))
    }

    private static func parts(of message: ChatMessage) throws(PromptError) -> [ContentPart] {
        var values = try message.parts()
        if message.role == Key.system { values = BillingHeader.removed(from: values) }
        var parts: [ContentPart] = []
        parts.reserveCapacity(values.count)
        for value in values { parts.append(try ContentPart(value)) }
        return parts
    }

    /// The texts, joined by newlines; empty ones leave no line.
    private static func joined(_ parts: [ContentPart]) throws(PromptError) -> [UInt8] {
        var texts: [[UInt8]] = []
        for part in parts {
            switch part {
            case .text(let value, _), .toolReference(let value):
                guard value.isTruthy else { continue }
                guard let text = value.text else {
                    throw .rejected(reason: "sequence item: expected str instance")
                }
                texts.append(text)
            case .media, .skipped: continue
            }
        }
        if texts.count == 1 { return texts[0] }
        return Array(texts.joined(separator: [UInt8(ascii: "\n")]))
    }

    /// As `joined`, with a line for every text.
    private static func joinedToolResult(_ parts: [ContentPart]) throws(PromptError) -> [UInt8] {
        var texts: [[UInt8]] = []
        for case .text(let value, _) in parts {
            guard let text = value.text else {
                throw .rejected(reason: "sequence item: expected str instance")
            }
            texts.append(text)
        }
        if texts.count == 1 { return texts[0] }
        return Array(texts.joined(separator: [UInt8(ascii: "\n")]))
    }
}

extension ContentPart {
    var isTextOrSkipped: Bool {
        switch self {
        case .text, .skipped: true
        case .toolReference, .media: false
        }
    }
}
