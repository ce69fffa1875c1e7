import JSON

/// What a chat's messages are made of, as vLLM 0.33 sorts it (`renderers/chat_utils`).
enum ChatContent {
    /// Whether the messages are a chat of nothing but text: its tokens then follow from its body
    /// alone. False if an engine could expand any part, or would refuse the messages.
    static func isTextOnly(_ messages: JSONValue?) -> Bool {
        guard let messages, messages.kind == .array else { return false }
        var isText = true
        var isEmpty = true
        messages.forEachElement { message in
            isEmpty = false
            isText = isText && isTextMessage(message)
        }
        return isText && !isEmpty
    }

    private static func isTextMessage(_ message: JSONValue) -> Bool {
        guard message.kind == .object else { return false }
        var isText = true
        message.forEachField { key, value in
            if key.equals("content") {
                isText = isText && isTextContent(value)
            } else if key.equals("reasoning") || key.equals("reasoning_content") {
                // As an object, reasoning brings embeddings.
                isText = isText && value.kind != .object
            }
        }
        return isText
    }

    private static func isTextContent(_ content: JSONValue) -> Bool {
        switch content.kind {
        case .null, .string: return true
        case .array:
            var isText = true
            content.forEachElement { isText = isText && isTextPart($0) }
            return isText
        case .bool, .number, .object: return false
        }
    }

    private static func isTextPart(_ part: JSONValue) -> Bool {
        guard part.kind == .object else { return part.kind == .string }
        var isText = true
        part.forEachField { key, value in
            if key.equals("type") {
                isText = isText && isTextType(value)
            } else {
                isText = isText && !mediaKeys.contains { key.equals($0) }
            }
        }
        return isText
    }

    private static func isTextType(_ type: JSONValue) -> Bool {
        guard let type = type.bytes else { return false }
        return textTypes.contains { type.span.equals($0) }
    }

    private static let textTypes: [StaticString] = [
        "text", "input_text", "output_text", "refusal", "thinking",
    ]

    /// A part with one of these is media, whatever its type says.
    private static let mediaKeys: [StaticString] = [
        "image_url", "input_image", "image_pil", "image_embeds", "audio_url", "input_audio",
        "audio_embeds", "video_url", "video_embeds", "prompt_embeds",
    ]
}
