import Jinja

/// A last message that the model goes on with: the prompt ends where its text ends.
///
/// The text gets a tag at its end before rendering, and the prompt is cut at the tag.
enum FinalMessage {
    private static let tag = Array("CONTINUE_FINAL_MESSAGE_TAG".utf8)
    private static let tagAndSpace = tag + [UInt8(ascii: " ")]

    /// Tags the last text of a message, and returns that text.
    static func mark(in message: inout TemplateDict) throws(PromptError) -> [UInt8] {
        switch message[Key.content] {
        case .string(let text):
            message[Key.content] = .string(text + tagAndSpace)
            return text
        case .list(var parts):
            let last = parts.lastIndex { $0.dict?[Key.text] != nil }
            guard let last, var part = parts[last].dict else {
                throw .rejected(
                    reason: "continue_final_message is set but we could not find any text to "
                        + "continue in the final message!"
                )
            }
            guard let text = part[Key.text]?.text else {
                throw .rejected(reason: "the final message is not a string")
            }
            part[Key.text] = .string(text + tagAndSpace)
            parts[last] = .dict(part)
            message[Key.content] = .list(parts)
            return text
        default:
            throw .rejected(
                reason: "continue_final_message is set but the final message has no "
                    + "\"content\" to continue!"
            )
        }
    }

    /// The rendering up to the tag. Without the space in front of it if the template trims.
    static func cut(_ rendered: [UInt8], finalText: [UInt8]) throws(PromptError) -> [UInt8] {
        guard let tagStart = rendered.lastStart(of: tag),
            rendered.contains(finalText.trimmedAsPython)
        else {
            throw .rejected(
                reason: "continue_final_message is set but the final message does not appear "
                    + "in the chat after applying the chat template!"
            )
        }
        let text = rendered[..<tagStart]
        let keepsSpace = rendered[tagStart...].starts(with: tagAndSpace)
        return keepsSpace ? Array(text) : Array(text).trimmedAtEndAsPython
    }
}
