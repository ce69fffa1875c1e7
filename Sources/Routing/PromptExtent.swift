import Bytes
import Domain
import JSON

/// How much of a request's body is prompt, in what its fields hold: no template is rendered.
struct PromptExtent: Equatable, Sendable {
    /// Bytes of text, of all prompts.
    private(set) var textBytes = 0
    /// Of a batch, those behind its first prompt.
    private(set) var laterBytes = 0
    /// Whether there are several prompts, each of which the engine makes a sequence of.
    private(set) var isBatch = false
    /// Images, audio and video.
    private(set) var mediaCount = 0

    /// What llm-d's first releases wrote around each message.
    private static let messageBytes = 24
    /// What a token's id stands for.
    private static let idBytes = InferenceRequest.bytesPerToken

    init() {}

    init(of body: JSONValue) {
        body.forEachField { key, value in
            switch key.count {
            case 6 where key.equals("prompt"): addPrompts(value)
            case 5 where key.equals("input"): addPrompts(value)
            case 6 where key.equals("system"): addContent(value)
            case 12 where key.equals("instructions"): addContent(value)
            case 8 where key.equals("messages"): value.forEachElement { addMessage($0) }
            default: break
            }
        }
    }

    /// Tokens of all prompts.
    ///
    /// - Parameter firstTokens: how many the prompt has, of a batch the first one. 0: they are not
    ///   known, and all are estimated by their bytes.
    func tokens(ofFirst firstTokens: Int) -> Int {
        firstTokens == 0
            ? textBytes / InferenceRequest.bytesPerToken
            : firstTokens + laterBytes / InferenceRequest.bytesPerToken
    }

    /// A text, a list of ids, a list of some of either, or a list of messages.
    private mutating func addPrompts(_ value: JSONValue) {
        addText(value)
        var promptCount = 0
        value.forEachElement { element in
            switch element.kind {
            case .string, .array:
                let before = textBytes
                addText(element)
                element.forEachElement { _ in textBytes += Self.idBytes }
                promptCount += 1
                if promptCount > 1 { laterBytes += textBytes - before }
            case .object: addMessage(element)
            default: textBytes += Self.idBytes
            }
        }
        if promptCount > 1 { isBatch = true }
    }

    /// A message of a chat, or another item of a conversation, such as what a tool has put out.
    private mutating func addMessage(_ message: JSONValue) {
        textBytes += Self.messageBytes
        if let content = message["content"] { return addContent(content) }
        if let output = message["output"] { return addContent(output) }
        addPart(message)
    }

    /// A text, or a list of parts.
    private mutating func addContent(_ value: JSONValue) {
        addText(value)
        value.forEachElement { addPart($0) }
    }

    private mutating func addPart(_ part: JSONValue) {
        if let text = part["text"] { addText(text) }
        if let type = part["type"], type.withUTF8(Self.isMedium) ?? false { mediaCount += 1 }
    }

    private mutating func addText(_ value: JSONValue) {
        textBytes += value.withUTF8 { $0.count } ?? 0
    }

    /// The types of parts that the APIs of OpenAI, Anthropic and vLLM have for media.
    private static func isMedium(_ type: Span<UInt8>) -> Bool {
        type.equals("image_url") || type.equals("image") || type.equals("input_image")
            || type.equals("input_audio") || type.equals("audio_url") || type.equals("video_url")
            || type.equals("image_pil") || type.equals("image_embeds")
            || type.equals("audio_embeds")
    }
}
