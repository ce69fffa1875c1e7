/// What, besides its tokens, tells a block from others: blocks match only in an equal scope.
package struct BlockKeyScope: Hashable, Sendable {
    /// The model that computes the blocks, or its base model if there is an adapter. Engines do
    /// not hash it; in keys of our own, the name of a LoRA adapter replaces it.
    package var model: String
    package var adapter: LoRAAdapter?
    /// Isolates a client's blocks from others'. Part of a prompt's first block, and so of all.
    package var cacheSalt: String?
    /// What blocks hold that their tokens do not tell. In ascending order of blocks.
    package var extras: [BlockExtra]

    package init(
        model: String,
        adapter: LoRAAdapter? = nil,
        cacheSalt: String? = nil,
        extras: [BlockExtra] = []
    ) {
        self.model = model
        self.adapter = adapter
        self.cacheSalt = cacheSalt
        self.extras = extras
    }
}

/// A LoRA adapter, by all that engines have hashed of it in one version or another. What is not
/// known is nil; some schemes then have no keys.
package struct LoRAAdapter: Hashable, Sendable {
    /// The name that requests use.
    package var name: String
    /// The engine's own number, from 1.
    package var number: Int?
    /// Where the engine loaded it from. vLLM 0.31 and later hash it, and do not announce it.
    package var path: String?

    package init(name: String, number: Int? = nil, path: String? = nil) {
        self.name = name
        self.number = number
        self.path = path
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
