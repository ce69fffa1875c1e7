import BlockKeys
import Domain

/// Blocks in storage that every endpoint reaches, as its publisher announces them: by the hashes
/// of the engines that wrote them, without tokens. Belongs to one thread.
///
/// Nothing tells which engine's hash one is, so they are kept in every key space of the model
/// that engines' hashes are the keys of. In a wrong one they match nothing.
struct SharedStorageBlocks: Sendable {
    private let context: FeedContext
    private let blocksMax: Int
    private var holders: [KeySpaceID: CacheHolders] = [:]
    /// What spaces that come into use later are filled with.
    private var known = EngineKeyMap()

    init(in context: FeedContext) {
        self.context = context
        blocksMax = context.config.endpointBlocksMax
    }

    mutating func store(
        _ hashes: Span<EngineBlockHash>,
        tier: CacheTier,
        model: String
    ) -> KVIndexerMetrics.SkippedStore? {
        follow(model)
        guard known.count + hashes.count <= blocksMax else { return .tooManyBlocks }
        for index in hashes.indices {
            let key = BlockKey(rawValue: hashes[index].rawValue)
            let entry = EngineKeyMap.Entry(hash: hashes[index], key: key)
            _ = known.insert(entry, in: tier, counting: .onlyFirst)
        }
        let keys = SharedStorageBlocks.keys(hashes)
        for id in holders.keys {
            _ = holders[id]?.store(keys.span, known: keys.count, after: nil, tier: tier)
        }
        return nil
    }

    mutating func remove(_ hashes: Span<EngineBlockHash>, tier: CacheTier, model: String) {
        follow(model)
        for index in hashes.indices { known.removeCopy(of: hashes[index], in: tier) }
        let keys = SharedStorageBlocks.keys(hashes)
        for (_, holders) in holders { holders.remove(keys.span, tier: tier) }
    }

    /// Lookups see blocks of spaces that came into use since the last event from here on.
    mutating func follow(_ model: String) {
        let spaces = context.spaces.active.filter { $0.isEngineHash && $0.model == model }
        if spaces.count == holders.count, spaces.allSatisfy({ holders[$0.id] != nil }) { return }
        for id in Array(holders.keys) where !spaces.contains(where: { $0.id == id }) {
            holders[id]?.close()
            holders[id] = nil
        }
        for space in spaces where holders[space.id] == nil {
            var new = CacheHolders(of: .shared, in: space.id, index: context.index)
            for tier in CacheTier.allCases {
                var keys: [BlockKey] = []
                known.forEach { if $0.copies[Int(tier.rawValue)] > 0 { keys.append($0.key) } }
                _ = new.store(keys.span, known: keys.count, after: nil, tier: tier)
            }
            holders[space.id] = new
        }
    }

    mutating func becomeUncertain() {
        for id in holders.keys { holders[id]?.becomeUncertain() }
        known.removeAll()
    }

    mutating func dropUncertain() {
        for id in holders.keys { holders[id]?.dropUncertain() }
    }

    mutating func close() {
        for id in holders.keys { holders[id]?.close() }
        holders = [:]
        known.removeAll()
    }

    private static func keys(_ hashes: Span<EngineBlockHash>) -> [BlockKey] {
        hashes.indices.map { BlockKey(rawValue: hashes[$0].rawValue) }
    }
}
