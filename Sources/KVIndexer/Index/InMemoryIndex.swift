package import Domain
import Synchronization
import Telemetry

/// Which endpoints hold which blocks, in this process's memory.
///
/// Thread safety: every method may be called from any thread. A block key always maps to the
/// same shard, and a shard's state is only touched under its lock.
///
/// Invariants:
/// 1. A lookup or a change takes one lock per block, never two at once, so it cannot deadlock.
/// 2. A lookup may see a batch half applied. Routing tolerates it: a wrong match costs one
///    prefill, and the next lookup is right.
/// 3. There are never more than `keysMax` blocks. Beyond it a newcomer displaces another block
///    of its shard.
package final class InMemoryIndex: KVIndex {
    /// A class only because an array cannot hold a bare `Mutex`.
    private final class Shard: Sendable {
        let blocks: Mutex<IndexShard>
        init(keysMax: Int) { blocks = Mutex(IndexShard(keysMax: keysMax)) }
    }

    private let shards: [Shard]
    private let metrics: KVIndexerMetrics

    package init(config: KVIndexerConfig, metrics: KVIndexerMetrics) {
        let keysMax = max(1, config.keysMax / config.shardCount)
        shards = (0..<config.shardCount).map { _ in Shard(keysMax: keysMax) }
        self.metrics = metrics
    }

    /// Blocks that anybody holds.
    package var keyCount: Int {
        shards.reduce(0) { sum, shard in sum + shard.blocks.withLock { $0.keyCount } }
    }

    package func store(_ keys: Span<BlockKey>, at endpoint: EndpointID, in tier: CacheTier) {
        var evicted: UInt64 = 0
        for index in keys.indices {
            let key = keys[index]
            shard(of: key).blocks.withLock { blocks in
                if blocks.store(key, at: endpoint, in: tier) { evicted += 1 }
            }
        }
        metrics.keysStored.add(UInt64(keys.count))
        if evicted > 0 { metrics.keysEvicted.add(evicted) }
    }

    package func remove(_ keys: Span<BlockKey>, from endpoint: EndpointID, in tier: CacheTier) {
        for index in keys.indices {
            let key = keys[index]
            shard(of: key).blocks.withLock { $0.remove(key, from: endpoint, in: tier) }
        }
        metrics.keysRemoved.add(UInt64(keys.count))
    }

    /// Costs a look at every block of the index; each shard is locked for its part of it.
    package func clear(_ endpoint: EndpointID) {
        for shard in shards { shard.blocks.withLock { $0.clear(endpoint) } }
    }

    /// Takes one uncontended lock and one probe for each block that anybody still matches.
    package func longestPrefixes(of keys: Span<BlockKey>) -> PrefixMatches {
        var matches = PrefixMatches(blockCount: keys.count)
        guard let first = keys.indices.first else { return matches }
        var contenders = shard(of: keys[first]).blocks.withLock { $0.holders(of: keys[first]) }
        matches.matchedBlocks.reserveCapacity(contenders.count)
        var matched = 1
        while matched < keys.count, !contenders.isEmpty {
            let key = keys[matched]
            let kept = shard(of: key).blocks.withLock { $0.partition(&contenders, holding: key) }
            if kept < contenders.count {
                for dropped in contenders[kept...] { matches.matchedBlocks[dropped] = matched }
                contenders.removeSubrange(kept...)
            }
            matched += 1
        }
        for contender in contenders { matches.matchedBlocks[contender] = keys.count }
        return matches
    }

    private func shard(of key: BlockKey) -> Shard {
        shards[Int(truncatingIfNeeded: key.rawValue) & (shards.count - 1)]
    }
}
