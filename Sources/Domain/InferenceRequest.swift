/// What a client asks for, as far as routing cares.
package struct InferenceRequest: Sendable {
    /// The model or LoRA adapter that the client names. Empty if the request has no body.
    package var model: String
    /// Isolates the prefix cache: blocks match only under an equal salt.
    package var cacheSalt: String?
    /// Tokens of the prompt; where they are not known, an estimate by its bytes.
    package var promptTokens = 0
    /// Bytes of the prompt's text, or of the body where the text is not known.
    package var promptBytes = 0
    /// The most tokens that the client wants generated. Nil: it does not say.
    package var outputTokensMax: Int?
    /// Whether the client wants tokens as they come.
    package var isStreamed = false
    /// Images, audio and video in the prompt.
    package var mediaCount = 0
    /// Of the inference objective that the client names: more is more urgent, below 0 may be
    /// dropped under load.
    package var priority = 0
    /// Whose request it is, for fairness among those who share the pool.
    package var fairnessID = Self.defaultFairnessID
    /// Those headers that routing is configured to look at, with names in lower case.
    package var headers: [HeaderField] = []

    package static let defaultFairnessID = "default-flow"

    package init(model: String, cacheSalt: String? = nil) {
        self.model = model
        self.cacheSalt = cacheSalt
    }

    /// The first value of a header that routing is configured to look at.
    package func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}
