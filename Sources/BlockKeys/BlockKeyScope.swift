/// What, besides its tokens, tells a block from others: blocks match only in an equal scope.
package struct BlockKeyScope: Equatable, Sendable {
    /// The model that computes the blocks. The name of a LoRA adapter replaces its base model's.
    package var model: String
    /// Isolates a client's blocks from others'. Part of a prompt's first block, and so of all.
    package var cacheSalt: String?
    /// What blocks hold that their tokens do not tell. In ascending order of blocks.
    package var extras: [BlockExtra]

    package init(model: String, cacheSalt: String? = nil, extras: [BlockExtra] = []) {
        self.model = model
        self.cacheSalt = cacheSalt
        self.extras = extras
    }
}

/// Something in a block that its placeholder tokens do not tell: an image, a prompt embedding.
package struct BlockExtra: Equatable, Sendable {
    /// Counts from the first block that is hashed in the same call.
    package var block: Int
    /// The content's identifier, such as the hash of an image.
    package var identifier: [UInt8]

    package init(block: Int, identifier: [UInt8]) {
        self.block = block
        self.identifier = identifier
    }
}
