import Jinja

/// One message in mistral-common's terms: messages of one role in a row are one.
struct MistralMessage {
    enum Role { case system, user, assistant, tool }

    enum Chunk: Equatable {
        case text([UInt8])
        case thinking([UInt8], isClosed: Bool)
        /// An image or a sound: what it becomes is known to the engine alone.
        case media

        var isText: Bool { if case .text = self { true } else { false } }
    }

    struct Call: Equatable {
        var id: [UInt8]
        var name: [UInt8]
        var arguments: TemplateValue
    }

    var role: Role
    var chunks: [Chunk] = []
    var calls: [Call] = []
    var callID: [UInt8] = []

    /// The text, if there is nothing else.
    var text: [UInt8]? {
        guard chunks.allSatisfy(\.isText) else { return nil }
        guard case .text(let text)? = chunks.first else { return [] }
        return text
    }

    /// - Throws: `rejected` for roles and parts that mistral-common does not know.
    init(_ message: ChatMessage) throws(PromptError) {
        switch message.role {
        case Key.user: role = .user
        case Key.assistant: role = .assistant
        case Key.tool: role = .tool
        case Key.system, Key.developer: role = .system
        default: throw .rejected(reason: "Unknown message role")
        }
        if role == .assistant, let reasoning = message.reasoning {
            guard let text = reasoning.text else {
                throw .rejected(reason: "reasoning: Input should be a valid string")
            }
            chunks = [.thinking(text, isClosed: true)]
        }
        for part in message.content == .text([]) ? [] : try message.parts() {
            if let chunk = try MistralMessage.chunk(part) { chunks.append(chunk) }
        }
        callID = MistralMessage.shortened(message[Key.toolCallID]?.text ?? [])
        guard role == .assistant else { return }
        for call in message.toolCalls ?? [] { calls.append(try MistralMessage.call(call)) }
    }

    init(role: Role) { self.role = role }

    /// The engine keeps the last nine characters of an id; these formats want nine.
    private static func shortened(_ id: [UInt8]) -> [UInt8] {
        let text = String(decoding: id, as: UTF8.self).unicodeScalars
        guard text.count > 9 else { return id }
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: text.suffix(9))
        return Array(String(scalars).utf8)
    }

    private static func call(_ call: TemplateValue) throws(PromptError) -> Call {
        let function = call.dict?[Key.function]?.dict ?? TemplateDict()
        guard let name = function[Key.name]?.text else {
            throw .rejected(reason: "tool_calls: a call without a function")
        }
        return Call(
            id: shortened(call.dict?[Key.id]?.text ?? []),
            name: name,
            arguments: try PythonJSON.valueOrText(function[Key.arguments]?.text ?? [])
        )
    }

    private static func chunk(_ part: TemplateValue) throws(PromptError) -> Chunk? {
        if let text = part.text { return .text(text) }
        guard let part = part.dict else { throw .invalid("content", "a list of objects") }
        guard let type = part[Key.type]?.text else { return nil }
        switch String(decoding: type, as: UTF8.self) {
        case "text":
            guard let text = part[Key.text]?.text else {
                throw .invalid("content", "parts with texts")
            }
            return .text(text)
        case "thinking":
            guard let text = part[Key.thinking]?.text else {
                throw .invalid("content", "parts with thoughts")
            }
            return .thinking(text, isClosed: part["closed"]?.pydanticBool ?? true)
        case "image_url", "image", "input_audio", "audio_url": return .media
        default: throw .rejected(reason: "Unknown content chunk type")
        }
    }
}

extension MistralMessage {
    /// Joins what follows each other in one role: texts by blank lines, calls in a row. System and
    /// tool messages stay single.
    static func merged(_ messages: [MistralMessage]) -> [MistralMessage] {
        var merged: [MistralMessage] = []
        var first = 0
        while first < messages.count {
            let role = messages[first].role
            var end = first + 1
            let isSingle = role == .system || role == .tool
            while !isSingle, end < messages.count, messages[end].role == role { end += 1 }
            var message = MistralMessage(role: role)
            message.callID = messages[first].callID
            for each in messages[first..<end] {
                message.append(each.chunks)
                message.calls += each.calls
            }
            merged.append(message)
            first = end
        }
        return merged
    }

    private mutating func append(_ chunks: [Chunk]) {
        for chunk in chunks {
            guard case .text(let text) = chunk else {
                self.chunks.append(chunk)
                continue
            }
            guard !text.isEmpty else { continue }
            if case .text(let previous)? = self.chunks.last {
                let joined = previous + Array("\n\n".utf8) + text
                self.chunks[self.chunks.count - 1] = .text(joined)
            } else {
                self.chunks.append(chunk)
            }
        }
    }
}
