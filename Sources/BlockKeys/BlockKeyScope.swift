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
package struct BlockExtra: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// An image, a sound: `identifier` is text.
        case media
        /// `identifier` is a digest.
        case promptEmbedding
    }

    /// Counts from the first block that is hashed in the same call. An image that goes over
    /// several blocks is one extra of each.
    package var block: Int
    /// The content's identifier, such as the hash of an image.
    package var identifier: [UInt8]
    /// Where the content begins, in tokens from the block's first: negative if it began in an
    /// earlier block. Nil if that is not known; some schemes then have no keys.
    package var offset: Int?
    package var kind: Kind

    package init(block: Int, identifier: [UInt8], offset: Int? = nil, kind: Kind = .media) {
        self.block = block
        self.identifier = identifier
        self.offset = offset
        self.kind = kind
    }
}
