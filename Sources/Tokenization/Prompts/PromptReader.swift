import Domain
package import JSON
import Tokenizer

/// Reads the prompt from the body of an OpenAI-style request, before any template is applied.
package enum PromptReader {
    /// Of a repeated key the last one counts. Messages come before a prompt.
    package static func prompt(of body: JSONValue) -> Prompt {
        var messages: JSONValue?
        var prompt: JSONValue?
        body.forEachField { key, value in
            switch key.count {
            case 6 where key.equals("prompt"): prompt = value
            case 8 where key.equals("messages"): messages = value
            default: break
            }
        }
        return messages.map(chat) ?? prompt.map(completion) ?? .none
    }

    /// A prompt may be a string, a list of strings, token ids, or a list of lists of them. Of a
    /// list the engine makes one sequence each; the first stands for all.
    private static func completion(_ prompt: JSONValue) -> Prompt {
        if let text = prompt.bytes { return .text(text) }
        guard let first = prompt.firstElement else { return .none }
        if let text = first.bytes { return .text(text) }
        return tokens(first.kind == .array ? first : prompt)
    }

    private static func tokens(_ ids: JSONValue) -> Prompt {
        var tokens: [TokenID] = []
        var areAllIDs = true
        ids.forEachElement { element in
            guard let id = element.int.flatMap(UInt32.init(exactly:)) else {
                areAllIDs = false
                return
            }
            tokens.append(TokenID(rawValue: id))
        }
        return areAllIDs ? .tokens(tokens) : .none
    }

    private static func chat(_ messages: JSONValue) -> Prompt {
        var chat: [ChatMessage] = []
        var isText = messages.kind == .array
        messages.forEachElement { message in
            guard isText, let role = message["role"]?.bytes, let content = content(of: message)
            else {
                isText = false
                return
            }
            chat.append(ChatMessage(role: role, content: content))
        }
        return isText ? .chat(chat) : .none
    }

    /// The text of one message: a string, or text parts joined as vLLM joins them, by newlines.
    /// Nil if a part is not text: what an image becomes is known to the engine alone.
    private static func content(of message: JSONValue) -> [UInt8]? {
        guard let content = message["content"], content.kind != .null else { return [] }
        if let text = content.bytes { return text }
        guard content.kind == .array else { return nil }
        var parts: [[UInt8]] = []
        var isText = true
        content.forEachElement { part in
            if let text = part.bytes ?? part["text"]?.bytes {
                parts.append(text)
            } else {
                isText = false
            }
        }
        return isText ? Array(parts.joined(separator: [UInt8(ascii: "\n")])) : nil
    }
}

extension JSONValue {
    fileprivate var firstElement: JSONValue? {
        var first: JSONValue?
        forEachElement { if first == nil { first = $0 } }
        return first
    }
}
