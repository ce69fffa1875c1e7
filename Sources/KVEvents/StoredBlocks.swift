package import BlockKeys
package import Domain

/// Consecutive blocks of one prompt that an engine now holds. Engines that keep several copies
/// of a block announce each.
///
/// Tokens and extras lie in the payload of the batch: they are read from there when asked for,
/// and only while a visitor is being told of the blocks.
package struct StoredBlocks: Equatable, Sendable {
    package var hashes: [EngineBlockHash] = []
    /// The block before the first one. Nil if that one begins the prompt. Any number is a
    /// parent, 0 too, but for publishers that announce no tokens: those write 0 for none.
    package var parent: EngineBlockHash?
    /// The tokens of all blocks. Empty if the engine only names the blocks.
    package var tokens = EncodedTokens()
    /// Tokens in one of these blocks; an engine may use several sizes. 0 without tokens, and at most 1,048,576.
    package var blockSize = 0
    package var adapterID: Int?
    /// The LoRA adapter, by the name that requests use.
    package var adapterName: String?
    package var tier = CacheTier.gpu
    /// Whether the engine's word for the tier is one we do not know. `tier` is then the farthest.
    package var hasUnknownMedium = false
    /// Whether the blocks belong to a secondary tier that the engine names.
    package var hasOwner = false
    /// What else the engine hashed into the blocks, but for the adapter's name, in the order of
    /// blocks. A cache salt is among it, if the engine does not announce that by itself.
    package var extras: [EncodedExtra] = []
    /// Whether the engine hashed something into the blocks that `extras` cannot tell.
    package var hasUnreadableExtras = false
    package var cacheSalt: String?
    /// The engine's group of layers that these blocks belong to.
    package var group: Int?
    package var cacheKind: CacheKind?
    /// Tokens that the group's layers look back on, if not on all.
    package var slidingWindow: Int?
    /// Whether a block's hash covers tokens beyond the block's own, as with drafts by EAGLE.
    package var hasLookahead = false

    package init() {}

    /// Appends `extras` as block keys want them.
    ///
    /// - Parameter payload: The batch that these blocks were read from.
    package func appendExtras(in payload: Span<UInt8>, to blockExtras: inout [BlockExtra]) {
        for extra in extras { blockExtras.append(extra.blockExtra(in: payload)) }
    }
}

/// Copies of blocks that an engine no longer holds.
package struct RemovedBlocks: Equatable, Sendable {
    package var hashes: [EngineBlockHash] = []
    package var tier = CacheTier.gpu
    /// Whether the engine's word for the tier is one we do not know. `tier` is then the farthest.
    package var hasUnknownMedium = false
    /// Whether the blocks belong to a secondary tier that the engine names.
    package var hasOwner = false
    package var group: Int?

    package init() {}
}
