import BlockKeys
import Domain
import KVIndexer
import Telemetry
import Testing

/// Batches as engines send them.
enum FeedBatch {
    /// A batch without events. Its payload is like no other's, as an engine's is by its time.
    static func empty(_ time: UInt64) -> [UInt8] { [0x93] + float(time) + [0x90, 0x00] }

    /// One that no decoder reads.
    static let unreadable: [UInt8] = [0xC1]

    /// One from a data-parallel rank.
    static func empty(_ time: UInt64, rank: UInt8?) -> [UInt8] {
        [0x93] + float(time) + [0x90]
            + (rank.map { $0 < 0x80 ? [$0] : [0xCC, $0] } ?? [0xC0])
    }

    private static func float(_ time: UInt64) -> [UInt8] {
        let bits = Double(time).bitPattern
        return [0xCB] + (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * $0)) }
    }
}

extension FeedContext {
    /// A feed into an index of its own, with metrics that nobody scrapes.
    static func forTests(
        _ change: (inout KVIndexerConfig) -> Void = { _ in },
        metrics: KVIndexerMetrics = KVIndexerMetrics(registry: MetricsRegistry()),
        log: Log = Log(level: .error)
    ) -> FeedContext {
        var config = KVIndexerConfig()
        change(&config)
        return FeedContext(
            index: InMemoryIndex(config: config.memory, metrics: metrics),
            spaces: KeySpaceRegistry(),
            config: config,
            metrics: metrics,
            log: log
        )
    }

    /// What a snapshot could have brought for the cache.
    func restoredBlocks(of cache: CacheID, model: String? = nil) throws -> RestoredBlocks {
        let scheme = BlockKeyScheme(algorithm: .sha256CBOR, blockSize: config.blockSize)
        let space = try #require(spaces.id(of: scheme, model: model ?? config.model))
        let holder = try #require(index.open(cache, in: space, as: .uncertain))
        return RestoredBlocks(holders: [RestoredHolder(id: holder, space: space)])
    }
}
