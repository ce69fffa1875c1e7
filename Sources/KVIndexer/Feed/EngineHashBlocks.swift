import BlockKeys
import Domain

/// One publisher's blocks under the engine's own hashes. Each event stands for itself: no block
/// needs its parent, or its tokens. Belongs to one thread.
///
/// Keeps nothing of a block, so how many an engine announces is bounded by the index alone: it
/// forgets first what no lookup has touched, as are blocks that nobody has. An estimate of
/// copies announced less copies removed would drift, and end in refusing everything.
struct EngineHashBlocks: Sendable {
    let scheme: BlockKeyScheme
    private var holders: CacheHolders
    /// Reused from event to event.
    private var keys: [BlockKey] = []

    init(scheme: BlockKeyScheme, holders: CacheHolders) {
        self.scheme = scheme
        self.holders = holders
    }

    var space: KeySpaceID { holders.space }

    func contains(_ hash: EngineBlockHash) -> Bool {
        holders.contains(BlockKey(rawValue: hash.rawValue))
    }

    func owns(_ holder: HolderID) -> Bool { holders.all.contains(holder) }

    mutating func confirm(_ holder: HolderID) { holders.confirm(holder) }

    /// - Returns: why nothing is stored, if so.
    mutating func store(
        _ hashes: Span<EngineBlockHash>,
        after parent: EngineBlockHash?,
        tier: CacheTier,
        counting: CopyRule
    ) -> KVIndexerMetrics.SkippedStore? {
        fill(hashes)
        let known = counting.leadingBlocks(of: keys, in: holders, tier: tier)
        let keys = keys
        let isStored = holders.store(
            keys.span,
            known: known,
            after: parent.map { BlockKey(rawValue: $0.rawValue) },
            tier: tier
        )
        return isStored ? nil : .tooManyHolders
    }

    mutating func remove(_ hashes: Span<EngineBlockHash>, tier: CacheTier) {
        fill(hashes)
        let keys = keys
        holders.remove(keys.span, tier: tier)
    }

    mutating func becomeUncertain() { holders.becomeUncertain() }

    mutating func dropUncertain() { holders.dropUncertain() }

    mutating func close() { holders.close() }

    private mutating func fill(_ hashes: Span<EngineBlockHash>) {
        keys.removeAll(keepingCapacity: true)
        for index in hashes.indices { keys.append(BlockKey(rawValue: hashes[index].rawValue)) }
    }
}
