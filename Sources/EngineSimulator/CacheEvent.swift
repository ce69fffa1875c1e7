package import BlockKeys
package import Domain

/// What an engine announces about its KV cache.
package enum CacheEvent: Equatable, Sendable {
    /// A run of blocks of one sequence is full and can be found from here on.
    case blockStored(StoredBlocks)
    /// One copy of a block is gone.
    case blockRemoved(UInt64)
    case allBlocksCleared
}

/// Blocks in the order of the sequence, hashes as on the wire.
package struct StoredBlocks: Equatable, Sendable {
    package var hashes: [UInt64]
    /// The block before the first one. Nil if the first one begins the sequence.
    package var parent: UInt64?
    package var tokens: [TokenID]
    package var blockSize: Int
    package var adapter: LoRAAdapter?
    /// One entry for each hash, empty for none.
    package var extraKeys: [[ExtraKey]]

    package init(
        hashes: [UInt64],
        parent: UInt64?,
        tokens: [TokenID],
        blockSize: Int,
        adapter: LoRAAdapter? = nil,
        extraKeys: [[ExtraKey]]
    ) {
        self.hashes = hashes
        self.parent = parent
        self.tokens = tokens
        self.blockSize = blockSize
        self.adapter = adapter
        self.extraKeys = extraKeys
    }
}

/// What keeps equal tokens apart in the cache: one entry of vLLM's `extra_keys`, as events have it.
package enum ExtraKey: Hashable, Sendable {
    case lora(name: String)
    /// A placeholder that begins `offset` tokens after its block does. Requests of ours have
    /// none; recorded traces do.
    case multimodal(identifier: String, offset: Int)
    case cacheSalt(String)
}
