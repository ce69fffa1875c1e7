/// What a client asks for, as far as routing cares.
package struct InferenceRequest: Sendable {
    /// The model or LoRA adapter that the client names. Empty if the request has no body.
    package var model: String
    /// Isolates the prefix cache: blocks match only under an equal salt.
    package var cacheSalt: String?

    package init(model: String, cacheSalt: String? = nil) {
        self.model = model
        self.cacheSalt = cacheSalt
    }
}
