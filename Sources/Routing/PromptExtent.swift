import Bytes
import JSON

/// How much of a request's body is prompt, in what its fields hold: no template is rendered.
struct PromptExtent: Equatable, Sendable {
    /// Bytes of text.
    private(set) var textBytes = 0
    /// Images, audio and video.
    private(set) var mediaCount = 0

    /// What llm-d's first releases wrote around each message.
    private static let messageBytes = 24

    init() {}

    init(of body: JSONValue) {
        body.forEachField { key, value in
            switch key.count {
            case 6 where key.equals("prompt"): addText(value)
            case 5 where key.equals("input"): addText(value)
            case 6 where key.equals("system"): addContent(value)
            case 8 where key.equals("messages"):
                value.forEachElement { message in
                    textBytes += Self.messageBytes
                    if let content = message["content"] { addContent(content) }
                }
            default: break
            }
        }
    }

    /// A text, or a list of some. Token ids count four bytes each.
    private mutating func addText(_ value: JSONValue) {
        if let count = value.withUTF8({ $0.count }) { textBytes += count }
        value.forEachElement { element in
            textBytes += element.withUTF8 { $0.count } ?? 4
        }
    }

    /// A text, or a list of parts.
    private mutating func addContent(_ value: JSONValue) {
        if let count = value.withUTF8({ $0.count }) { textBytes += count }
        value.forEachElement { part in
            textBytes += part["text"]?.withUTF8 { $0.count } ?? 0
            if let type = part["type"], type.withUTF8(Self.isMedium) ?? false { mediaCount += 1 }
        }
    }

    /// The types of parts that the APIs of OpenAI, Anthropic and vLLM have for media.
    private static func isMedium(_ type: Span<UInt8>) -> Bool {
        type.equals("image_url") || type.equals("image") || type.equals("input_image")
            || type.equals("input_audio") || type.equals("audio_url") || type.equals("video_url")
            || type.equals("image_pil") || type.equals("image_embeds")
            || type.equals("audio_embeds")
    }
}
