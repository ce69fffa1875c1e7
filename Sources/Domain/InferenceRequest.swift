/// What a client asks for, as far as routing cares.
package struct InferenceRequest: Sendable {
    /// The model or LoRA adapter that the client names. Empty if the request has no body.
    package var model: String
    package var prompt: Prompt
    /// Isolates the prefix cache: blocks match only under an equal salt.
    package var cacheSalt: String?

    package init(model: String, prompt: Prompt, cacheSalt: String? = nil) {
        self.model = model
        self.prompt = prompt
        self.cacheSalt = cacheSalt
    }
}

/// The part of a request that an engine turns into tokens. Text is UTF-8 bytes, not `String`:
/// a tokenizer works on bytes, and `String` would compare by canonical equivalence.
package enum Prompt: Sendable, Equatable {
    /// A completion's text.
    case text([UInt8])
    /// A chat, to be rendered with the model's chat template.
    case chat([ChatMessage])
    /// Token ids that the client computed itself.
    case tokens([TokenID])
    /// Nothing to tokenize: no body, or a form that only load can be scored for.
    case none
}

/// One message of a chat. Both parts are UTF-8 bytes.
package struct ChatMessage: Sendable, Equatable {
    package let role: [UInt8]
    package let content: [UInt8]

    package init(role: [UInt8], content: [UInt8]) {
        self.role = role
        self.content = content
    }
}
