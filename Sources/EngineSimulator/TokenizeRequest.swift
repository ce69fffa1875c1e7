import JSON

/// A request for the ids of a prompt, without an answer to it: the body of vLLM's `/tokenize`,
/// in its completion form or its chat form.
struct TokenizeRequest {
    /// Nil: the engine's own model.
    let model: String?
    /// All of the request: the fields that say how it becomes a prompt are those of completions.
    let body: JSONValue

    init(parsing bytes: [UInt8]) throws(APIError) {
        body = try JSONValue.requestBody(bytes)
        model = body["model"]?.string
        if let messages = body["messages"] {
            try CompletionRequest.requireMessages(messages)
        } else if body["prompt"]?.kind != .string {
            throw .badRequest("`prompt` must be a string, or `messages` a list.")
        }
    }
}
