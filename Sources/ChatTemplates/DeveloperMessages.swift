import Jinja

/// What becomes of developer messages if the template does not know that role: they are system
/// messages, and all system messages are one in front of the others.
enum DeveloperMessages {
    /// - Parameter templateText: knows the role if it quotes its name.
    static func converted(
        _ conversation: Conversation,
        templateText: [UInt8]
    ) throws(PromptError) -> Conversation {
        let developer = TemplateValue.string(Key.developer)
        guard conversation.messages.contains(where: { $0[Key.role] == developer }),
            !templateText.contains(Array("\"developer\"".utf8)),
            !templateText.contains(Array("'developer'".utf8))
        else { return conversation }
        var messages = conversation.messages
        for index in messages.indices where messages[index][Key.role] == developer {
            messages[index][Key.role] = .string(Key.system)
            messages[index][Key.tools] = nil
        }
        return try withOneSystemMessage(
            Conversation(messages, media: conversation.media, of: conversation)
        )
    }

    private static func withOneSystemMessage(
        _ conversation: Conversation
    ) throws(PromptError) -> Conversation {
        let system = TemplateValue.string(Key.system)
        let systemIndices = conversation.messages.indices.filter {
            conversation.messages[$0][Key.role] == system
        }
        var contents: [[UInt8]] = []
        for index in systemIndices {
            let content = try text(of: conversation.messages[index][Key.content] ?? .none)
            if !content.isEmpty { contents.append(content) }
        }
        guard systemIndices.count > 1 || systemIndices.first ?? 0 > 0 else { return conversation }
        var merged = TemplateDict()
        merged[Key.role] = system
        merged[Key.content] = .string(Array(contents.joined(separator: Array("\n\n".utf8))))
        let others = conversation.messages.filter { $0[Key.role] != system }
        return Conversation(
            [merged] + others,
            media: moved(conversation.media, systemIndices: systemIndices),
            of: conversation
        )
    }

    /// Where media are once the system messages are one. Those of the string format go along with
    /// the text of their message; those that were parts are lost.
    private static func moved(
        _ media: [Conversation.MediaPosition],
        systemIndices: [Int]
    ) -> [Conversation.MediaPosition] {
        var moved: [Conversation.MediaPosition] = []
        var systemsBefore = 0
        for var position in media {
            while systemsBefore < systemIndices.count,
                systemIndices[systemsBefore] < position.message
            {
                systemsBefore += 1
            }
            let isSystem =
                systemsBefore < systemIndices.count
                && systemIndices[systemsBefore] == position.message
            if isSystem {
                guard position.part == nil, moved.first?.message != 0 else { continue }
                moved.insert(.init(message: 0), at: 0)
            } else {
                position.message += 1 - systemsBefore
                moved.append(position)
            }
        }
        return moved
    }

    private static func text(of content: TemplateValue) throws(PromptError) -> [UInt8] {
        if let text = content.text { return text }
        var texts: [[UInt8]] = []
        for part in content.list ?? [] {
            if let text = part.text { texts.append(text) }
            guard let value = part.dict?[Key.text] else { continue }
            guard let text = value.text else {
                throw .rejected(reason: "sequence item: expected str instance")
            }
            texts.append(text)
        }
        return Array(texts.joined(separator: [UInt8(ascii: "\n")]))
    }
}
