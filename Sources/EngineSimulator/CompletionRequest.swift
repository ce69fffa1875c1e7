package import Domain
import JSON

/// A request for tokens, as read from the body of either API.
package struct CompletionRequest: Equatable {
    package enum API: Equatable { case completions, chat }

    /// What vLLM generates for a completion that sets no limit.
    package static let outputMaxDefault = 16

    package let api: API
    package let model: String
    package let prompt: Prompt
    package let outputMax: Int
    package let isStreamed: Bool
    /// Whether a stream ends with the usage.
    package let includesUsage: Bool
    package let cacheSalt: String?

    package init(parsing body: [UInt8], api: API) throws(APIError) {
        let json = try JSONValue.requestBody(body)
        self.api = api
        guard let model = json["model"]?.string else { throw .badRequest("`model` is required.") }
        self.model = model
        prompt =
            switch api {
            case .completions: try CompletionRequest.prompt(json["prompt"])
            case .chat: try CompletionRequest.chat(json)
            }
        outputMax = try CompletionRequest.outputMax(json)
        isStreamed = json["stream"]?.bool ?? false
        includesUsage = json["stream_options"]?["include_usage"]?.bool ?? false
        cacheSalt = json["cache_salt"]?.string
        if let count = json["n"]?.int, count != 1 {
            throw .badRequest("`n` other than 1 is not simulated.")
        }
    }

    private static func outputMax(_ json: JSONValue) throws(APIError) -> Int {
        guard let value = json["max_completion_tokens"] ?? json["max_tokens"], value.kind != .null
        else { return outputMaxDefault }
        guard let count = value.int, count >= 1 else {
            throw .badRequest("`max_tokens` must be a whole number, 1 or more.")
        }
        return count
    }

    private static func prompt(_ json: JSONValue?) throws(APIError) -> Prompt {
        guard let json else { throw .badRequest("`prompt` is required.") }
        if let text = json.bytes { return .text(text) }
        guard json.kind == .array else {
            throw .badRequest("`prompt` must be a string or a list of token ids.")
        }
        var tokens: [TokenID] = []
        try json.forEachElement { element throws(APIError) in
            guard let id = element.int.flatMap({ UInt32(exactly: $0) }) else {
                throw .badRequest("A list of prompts is not simulated; a list of token ids is.")
            }
            tokens.append(TokenID(rawValue: id))
        }
        return .tokens(tokens)
    }

    /// The messages, or the ids that a picker computed for them: vLLM then renders nothing.
    private static func chat(_ json: JSONValue) throws(APIError) -> Prompt {
        let messages = try messages(json["messages"])
        guard let ids = json["kv_transfer_params"]?["prompt_token_ids"], ids.kind == .array,
            json["echo"]?.bool != true
        else { return .chat(messages) }
        let prompt = try prompt(ids)
        guard prompt != .tokens([]) else {
            throw .badRequest("`kv_transfer_params.prompt_token_ids` is empty.")
        }
        return prompt
    }

    static func messages(_ json: JSONValue?) throws(APIError) -> [ChatMessage] {
        guard let json, json.kind == .array else { throw .badRequest("`messages` is required.") }
        var messages: [ChatMessage] = []
        try json.forEachElement { message throws(APIError) in
            guard let role = message["role"]?.bytes else {
                throw .badRequest("A message wants a `role`.")
            }
            messages.append(ChatMessage(role: role, content: try content(message["content"])))
        }
        guard !messages.isEmpty else { throw .badRequest("`messages` is empty.") }
        return messages
    }

    /// A text, or parts of text, which vLLM joins with line breaks.
    private static func content(_ json: JSONValue?) throws(APIError) -> [UInt8] {
        guard let json, json.kind != .null else { return [] }
        if let text = json.bytes { return text }
        var parts: [[UInt8]] = []
        try json.forEachElement { part throws(APIError) in
            guard let text = part["text"]?.bytes else {
                throw .badRequest("Content other than text is not simulated.")
            }
            parts.append(text)
        }
        return Array(parts.joined(separator: [0x0A]))
    }
}

extension JSONValue {
    /// The object that a request's body is.
    static func requestBody(_ body: [UInt8]) throws(APIError) -> JSONValue {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONDocument(parsing: body).root
        } catch {
            throw .badRequest("The body is not JSON: \(error.reason)")
        }
        guard json.kind == .object else { throw .badRequest("The body is not an object.") }
        return json
    }
}
