package import BlockKeys
package import Domain

/// What an engine announces at once, in the order in which it happened.
package struct EventBatch: Equatable, Sendable {
    package var events: [KVEvent] = []
    /// Which of the engine's data-parallel ranks speaks, if it says so.
    package var dataParallelRank: Int?
    /// Events left out because their type is not known.
    package var unknownEventCount = 0
    /// Events left out because a field is missing or of the wrong type.
    package var malformedEventCount = 0

    package init() {}
}

package enum KVEvent: Equatable, Sendable {
    case blockStored(StoredBlocks)
    case blockRemoved(RemovedBlocks)
    case allBlocksCleared
}

/// Consecutive blocks of one prompt that an engine now holds. Engines that keep several copies
/// of a block announce each.
package struct StoredBlocks: Equatable, Sendable {
    package var hashes: [EngineBlockHash] = []
    /// The block before the first one. Nil if that one begins the prompt.
    package var parent: EngineBlockHash?
    /// The tokens of all blocks. Empty if the engine only names the blocks.
    package var tokens: [TokenID] = []
    /// Whether `tokens` ends early, at one that is not a number.
    package var tokensEndEarly = false
    /// Tokens in one of these blocks; an engine may use several sizes. 0 without tokens.
    package var blockSize = 0
    package var adapterID: Int?
    /// The LoRA adapter, by the name that requests use.
    package var adapterName: String?
    package var tier = CacheTier.gpu
    /// What else the engine hashed into the blocks, but for the adapter's name. A cache salt is
    /// among it, if the engine does not announce that by itself.
    package var extras: [BlockExtra] = []
    package var cacheSalt: String?
    /// The engine's group of layers that these blocks belong to.
    package var group: Int?
    package var cacheKind: CacheKind?

    package init() {}
}

/// Copies of blocks that an engine no longer holds.
package struct RemovedBlocks: Equatable, Sendable {
    package var hashes: [EngineBlockHash] = []
    package var tier = CacheTier.gpu
    package var group: Int?

    package init() {}
}

/// What a group of layers keeps in its blocks, in the engine's words.
package enum CacheKind: String, Sendable {
    case fullAttention = "full_attention"
    case mlaAttention = "mla_attention"
    case sinkFullAttention = "sink_full_attention"
    case slidingWindow = "sliding_window"
    case slidingWindowMLA = "sliding_window_mla"
    case mamba
    case chunkedLocalAttention = "chunked_local_attention"
    case encoderOnlyAttention = "encoder_only_attention"
    case crossAttention = "cross_attention"
    /// A word we do not know.
    case unknown

    /// Whether a block holds all that its tokens leave behind, so that it serves as a prefix.
    package var isMainAttention: Bool {
        switch self {
        case .fullAttention, .mlaAttention, .sinkFullAttention: true
        default: false
        }
    }
}
