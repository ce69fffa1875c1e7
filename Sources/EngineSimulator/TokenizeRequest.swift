import Domain
import JSON

/// A request for the ids of a prompt, without an answer to it: the body of vLLM's `/tokenize`,
/// in its completion form or its chat form.
struct TokenizeRequest {
    /// Nil: the engine's own model.
    let model: String?
    let prompt: Prompt
    /// Whether a completion gets the tokens that the model starts one with. A chat's template
    /// brings its own.
    let addsSpecialTokens: Bool

    init(parsing body: [UInt8]) throws(APIError) {
        let json = try JSONValue.requestBody(body)
        model = json["model"]?.string
        if let messages = json["messages"] {
            prompt = .chat(try CompletionRequest.messages(messages))
        } else {
            guard let text = json["prompt"]?.bytes else {
                throw .badRequest("`prompt` must be a string, or `messages` a list.")
            }
            prompt = .text(text)
        }
        addsSpecialTokens = json["add_special_tokens"]?.bool ?? true
    }
}
