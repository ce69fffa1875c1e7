/// What a request says, beside its tokens, of whose blocks its prompt may share.
package struct PromptScope: Equatable, Sendable {
    /// A base model, or a LoRA adapter by the name that requests use.
    package var model: String
    package var cacheSalt: String?
    /// In the order of their tokens.
    package var media: [PromptMedium]

    package init(model: String, cacheSalt: String? = nil, media: [PromptMedium] = []) {
        self.model = model
        self.cacheSalt = cacheSalt
        self.media = media
    }
}

/// An image or the like, whose tokens only hold its place.
package struct PromptMedium: Equatable, Sendable {
    /// The content's hash, as the engine would have it.
    package var identifier: [UInt8]
    package var tokens: Range<Int>

    package init(identifier: [UInt8], tokens: Range<Int>) {
        self.identifier = identifier
        self.tokens = tokens
    }
}
