import BlockKeys
import Domain
package import KVEvents

/// Applies the batches of one publisher to the index, in order. Belongs to one thread.
///
/// A block is stored in the index while the engine holds at least one copy of it.
package struct IndexWriter: ~Copyable {
    private let cache: CacheID
    private let endpointName: String
    private let context: FeedContext
    private let decoder = EventBatchDecoder()
    private let hasher: BlockKeyHasher
    private let blocksMax: Int
    private var holder: HolderID?
    private var uncertain: [HolderID] = []
    /// Holders from a snapshot whose blocks are known to be right.
    private var trusted: [HolderID] = []

    private var known = EngineKeyMap()
    /// Groups that stored main-attention blocks; removals name only the group.
    private var mainGroups: Set<Int> = []
    /// Reused from event to event.
    private var keys: [BlockKey] = []
    private var changed: [BlockKey] = []

    /// - Parameter restored: Holders that a snapshot has filled for this cache.
    package init(
        for cache: CacheID,
        named endpointName: String,
        in context: FeedContext,
        restored: [HolderID] = []
    ) {
        self.cache = cache
        self.endpointName = endpointName
        self.context = context
        uncertain = restored
        hasher = BlockKeyHasher(
            blockSize: context.config.blockSize,
            seed: context.config.hashSeed
        )
        blocksMax = context.config.endpointBlocksMax
        holder = context.index.open(cache, in: KeySpaceID(rawValue: 0), as: .confirmed)
    }

    private var metrics: KVIndexerMetrics { context.metrics }
    private var index: any KVIndex { context.index }

    /// Applies one batch.
    ///
    /// - Parameters:
    ///   - model: The base model whose blocks these are.
    ///   - isRepeated: Whether parts of the batch may have been applied before, as when events
    ///     are replayed over what a snapshot holds: what is held counts no further copy.
    /// - Throws: If the payload is no batch; nothing was applied then.
    package mutating func apply(
        _ payload: Span<UInt8>,
        model: String,
        isRepeated: Bool = false
    ) throws(MessagePackError) {
        let batch = try decoder.decode(payload)
        for event in batch.events {
            switch event {
            case .blockStored(let stored): store(stored, model: model)
            case .blockRemoved(let removed): remove(removed)
            case .allBlocksCleared: startOver()
            }
        }
    }

    /// The engine has nothing any more: it restarted, or cleared its cache.
    package mutating func startOver() {
        dropUncertain()
        for holder in trusted { index.close(holder) }
        trusted = []
        if let holder { index.close(holder) }
        known.removeAll()
        mainGroups.removeAll()
        holder = index.open(cache, in: KeySpaceID(rawValue: 0), as: .confirmed)
    }

    /// Events were lost for good. What is known so far stays, as uncertain, until the engine
    /// removes it or `dropUncertain` is called.
    package mutating func becomeUncertain() {
        guard let holder else { return }
        uncertain += trusted + [holder]
        trusted = []
        for holder in uncertain { index.markUncertain(holder) }
        self.holder = index.open(cache, in: KeySpaceID(rawValue: 0), as: .confirmed)
    }

    /// Whether anything is left that `dropUncertain` would drop.
    package var hasUncertain: Bool { !uncertain.isEmpty }

    package mutating func dropUncertain() {
        for holder in uncertain { index.close(holder) }
        uncertain = []
    }

    /// The holders from the snapshot are right: the stream that filled them goes on. To be called
    /// before any batch is applied, and before anything else becomes uncertain.
    package mutating func confirmRestored() {
        for holder in uncertain { index.markConfirmed(holder) }
        trusted += uncertain
        uncertain = []
    }

    /// Forgets everything about the cache: nothing more will come.
    package consuming func end() {
        dropUncertain()
        for holder in trusted { index.close(holder) }
        if let holder { index.close(holder) }
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
        if let holder {
            index.store(changed.span, in: holder, tier: stored.tier, counting: .everyCopy)
        }
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
        if let holder {
            index.store(changed.span, in: holder, tier: stored.tier, counting: .everyCopy)
        }
    }

    private mutating func remove(_ removed: RemovedBlocks) {
        if let group = removed.group, !mainGroups.contains(group) {
            return metrics.skip(.unknownGroup)
        }
        changed.removeAll(keepingCapacity: true)
        for hash in removed.hashes {
            if let key = known.remove(hash, in: removed.tier) { changed.append(key) }
        }
        if let holder { index.remove(changed.span, from: holder, tier: removed.tier) }
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
