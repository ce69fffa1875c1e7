package import Domain

/// Applies the batches of one endpoint to the index, in order. Belongs to one thread.
///
/// A block is stored in the index while the engine holds at least one copy of it. Engines do not
/// tell a new copy from one that is announced again (vLLM's `report: "full"`), so after the
/// latter a block may outlive its removal until the engine clears or restarts.
package struct IndexWriter: ~Copyable {
    private let endpoint: EndpointID
    private let index: any KVIndex
    private let hasher: BlockKeyHasher
    private let blocksMax: Int
    private let metrics: KVIndexerMetrics

    private var known = EngineKeyMap()
    /// Groups that stored main-attention blocks; removals name only the group.
    private var mainGroups: Set<Int> = []
    /// Reused from event to event.
    private var keys: [BlockKey] = []
    private var changed: [BlockKey] = []

    package init(
        for endpoint: EndpointID,
        to index: any KVIndex,
        config: KVIndexerConfig,
        metrics: KVIndexerMetrics
    ) {
        self.endpoint = endpoint
        self.index = index
        hasher = BlockKeyHasher(blockSize: config.blockSize, seed: config.hashSeed)
        blocksMax = config.endpointBlocksMax
        self.metrics = metrics
    }

    /// - Parameter model: The base model whose blocks these are.
    package mutating func apply(_ batch: EventBatch, model: String) {
        for event in batch.events {
            switch event {
            case .blockStored(let stored): store(stored, model: model)
            case .blockRemoved(let removed): remove(removed)
            case .allBlocksCleared: clear()
            }
        }
    }

    /// Forgets everything about the endpoint.
    package mutating func clear() {
        known.removeAll()
        mainGroups.removeAll()
        index.clear(endpoint)
    }

    private mutating func store(_ stored: StoredBlocks, model: String) {
        guard isMainAttention(stored) else { return metrics.skip(.unsupportedCacheKind) }
        if stored.tokens.isEmpty, !stored.tokensEndEarly { return storeKnown(stored) }
        if let reason = reasonToSkip(stored) { return metrics.skip(reason) }
        var parent: BlockKey?
        if let hash = stored.parent {
            parent = known.key(of: hash)
            if parent == nil { return metrics.skip(.unknownParent) }
        }
        if let group = stored.group { mainGroups.insert(group) }
        let scope = BlockKeyScope(
            model: stored.adapterName ?? model,
            cacheSalt: stored.cacheSalt,
            extras: stored.extras
        )
        keys.removeAll(keepingCapacity: true)
        hasher.appendKeys(for: stored.tokens.span, in: scope, after: parent, to: &keys)
        changed.removeAll(keepingCapacity: true)
        for (hash, key) in zip(stored.hashes, keys)
        where known.insert(hash, as: key, in: stored.tier) {
            changed.append(key)
        }
        index.store(changed.span, at: endpoint, in: stored.tier)
    }

    /// Stores blocks that the engine only names, as it does when it copies them to a slower tier.
    private mutating func storeKnown(_ stored: StoredBlocks) {
        changed.removeAll(keepingCapacity: true)
        for hash in stored.hashes {
            if let key = known.key(of: hash) {
                if known.insert(hash, as: key, in: stored.tier) { changed.append(key) }
            } else {
                metrics.skip(.unknownBlock)
            }
        }
        index.store(changed.span, at: endpoint, in: stored.tier)
    }

    private mutating func remove(_ removed: RemovedBlocks) {
        if let group = removed.group, !mainGroups.contains(group) {
            return metrics.skip(.unknownGroup)
        }
        changed.removeAll(keepingCapacity: true)
        for hash in removed.hashes {
            if let key = known.remove(hash, in: removed.tier) { changed.append(key) }
        }
        index.remove(changed.span, from: endpoint, in: removed.tier)
    }

    /// Engines that announce groups but no kind (vLLM 0.20, 0.21) have the main one first.
    private func isMainAttention(_ stored: StoredBlocks) -> Bool {
        stored.cacheKind?.isMainAttention ?? (stored.group ?? 0 == 0)
    }

    private func reasonToSkip(_ stored: StoredBlocks) -> KVIndexerMetrics.SkippedStore? {
        let blockSize = hasher.blockSize.tokenCount
        if stored.blockSize != blockSize { return .invalidBlockSize }
        if stored.adapterID != nil, stored.adapterName == nil { return .unnamedAdapter }
        if known.count + stored.hashes.count > blocksMax { return .tooManyBlocks }
        if stored.tokensEndEarly {
            return stored.tokens.count < blockSize ? .unindexableTokens : nil
        }
        return stored.tokens.count == stored.hashes.count * blockSize ? nil : .nonDenseBlockSpan
    }
}
