import BlockKeys
import Domain

/// One publisher's blocks under the engine's own hashes. Each event stands for itself: no block
/// needs its parent, or its tokens. Belongs to one thread.
struct EngineHashBlocks: Sendable {
    let scheme: BlockKeyScheme
    private let blocksMax: Int
    private var holders: CacheHolders
    /// Copies announced less copies removed: about how many blocks the engine has.
    private var copyCount = 0
    /// Reused from event to event.
    private var keys: [BlockKey] = []

    init(scheme: BlockKeyScheme, holders: CacheHolders, blocksMax: Int) {
        self.scheme = scheme
        self.holders = holders
        self.blocksMax = blocksMax
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
        guard copyCount + hashes.count <= blocksMax else { return .tooManyBlocks }
        fill(hashes)
        let known = counting.leadingBlocks(of: keys, in: holders, tier: tier)
        let keys = keys
        let isStored = holders.store(
            keys.span,
            known: known,
            after: parent.map { BlockKey(rawValue: $0.rawValue) },
            tier: tier
        )
        guard isStored else { return .tooManyHolders }
        copyCount += keys.count - known
        return nil
    }

    mutating func remove(_ hashes: Span<EngineBlockHash>, tier: CacheTier) {
        fill(hashes)
        let keys = keys
        holders.remove(keys.span, tier: tier)
        copyCount = max(0, copyCount - keys.count)
    }

    mutating func becomeUncertain() {
        holders.becomeUncertain()
        copyCount = 0
    }

    mutating func dropUncertain() { holders.dropUncertain() }

    mutating func close() {
        holders.close()
        copyCount = 0
    }

    private mutating func fill(_ hashes: Span<EngineBlockHash>) {
        keys.removeAll(keepingCapacity: true)
        for index in hashes.indices { keys.append(BlockKey(rawValue: hashes[index].rawValue)) }
    }
}
