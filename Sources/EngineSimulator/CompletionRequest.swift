package import Domain
package import JSON

/// A request for tokens, as read from the body of either API.
package struct CompletionRequest {
    package enum API: Equatable { case completions, chat }

    /// What vLLM generates for a completion that sets no limit.
    package static let outputMaxDefault = 16
    /// vLLM takes any length.
    static let cacheSaltBytesMax = 4096

    package let api: API
    package let model: String
    /// All of the request, with its prompt or messages.
    package let body: JSONValue
    /// The prompt's ids, if a router computed them: vLLM then renders and tokenizes nothing.
    package let givenTokens: [TokenID]?
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
        self.body = json
        switch api {
        case .completions:
            try CompletionRequest.requirePrompt(json["prompt"])
            givenTokens = nil
        case .chat:
            try CompletionRequest.requireMessages(json["messages"])
            givenTokens = try CompletionRequest.givenTokens(json)
        }
        outputMax = try CompletionRequest.outputMax(json)
        isStreamed = json["stream"]?.bool ?? false
        includesUsage = json["stream_options"]?["include_usage"]?.bool ?? false
        cacheSalt = try CompletionRequest.cacheSalt(json)
        if let count = json["n"]?.int, count != 1 {
            throw .badRequest("`n` other than 1 is not simulated.")
        }
    }

    private static func cacheSalt(_ json: JSONValue) throws(APIError) -> String? {
        guard let salt = json["cache_salt"]?.string else { return nil }
        guard 1...cacheSaltBytesMax ~= salt.utf8.count else {
            throw .badRequest("`cache_salt` must have 1 to \(cacheSaltBytesMax) bytes.")
        }
        return salt
    }

    private static func outputMax(_ json: JSONValue) throws(APIError) -> Int {
        guard let value = json["max_completion_tokens"] ?? json["max_tokens"], value.kind != .null
        else { return outputMaxDefault }
        guard let count = value.int, count >= 1 else {
            throw .badRequest("`max_tokens` must be a whole number, 1 or more.")
        }
        return count
    }

    /// The engine makes one sequence of each prompt of a list: here there is one.
    private static func requirePrompt(_ json: JSONValue?) throws(APIError) {
        guard let json, json.kind != .null else { throw .badRequest("`prompt` is required.") }
        guard json.kind != .string else { return }
        _ = try tokens(json, orRefuse: "A list of prompts is not simulated.")
    }

    static func requireMessages(_ json: JSONValue?) throws(APIError) {
        guard let json, json.kind == .array else { throw .badRequest("`messages` is required.") }
        var isEmpty = true
        json.forEachElement { _ in isEmpty = false }
        if isEmpty { throw .badRequest("`messages` is empty.") }
    }

    private static func givenTokens(_ json: JSONValue) throws(APIError) -> [TokenID]? {
        guard let ids = json["kv_transfer_params"]?["prompt_token_ids"], ids.kind != .null,
            json["echo"]?.bool != true
        else { return nil }
        let field = "`kv_transfer_params.prompt_token_ids`"
        let tokens = try tokens(ids, orRefuse: "\(field) must be a list of token ids.")
        guard !tokens.isEmpty else { throw .badRequest("\(field) is empty.") }
        return tokens
    }

    private static func tokens(
        _ json: JSONValue,
        orRefuse message: String
    ) throws(APIError) -> [TokenID] {
        guard json.kind == .array else { throw .badRequest(message) }
        var tokens: [TokenID] = []
        try json.forEachElement { element throws(APIError) in
            guard let id = element.int.flatMap({ UInt32(exactly: $0) }) else {
                throw .badRequest(message)
            }
            tokens.append(TokenID(rawValue: id))
        }
        return tokens
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
