import Domain
import KVIndexer
import Telemetry

extension InMemoryIndex {
    static func test(keysMax: Int = 100_000, bytesMax: Int = 1 << 30) -> InMemoryIndex {
        var config = InMemoryIndexConfig()
        config.keysMax = keysMax
        config.bytesMax = bytesMax
        return InMemoryIndex(
            config: config,
            metrics: KVIndexerMetrics(registry: MetricsRegistry())
        )
    }

    /// Sweeps until no closed holder is left.
    func sweepAll() { while sweep(entriesMax: 1_000) {} }
}

extension KVIndex {
    /// A new holder of an endpoint, in the tests' only key space unless they say another.
    func opened(
        _ endpoint: UInt32,
        rank: UInt16 = 0,
        space: UInt16 = 0,
        _ kind: HolderKind = .confirmed
    ) -> HolderID {
        let cache = CacheID(endpoint: EndpointID(rawValue: endpoint), rank: rank)
        guard let holder = open(cache, in: KeySpaceID(rawValue: space), as: kind) else {
            preconditionFailure("the index takes no more holders")
        }
        return holder
    }

    func store(
        _ keys: [UInt64],
        after parent: UInt64? = nil,
        in holder: HolderID,
        tier: CacheTier = .gpu,
        _ counting: CopyCounting = .everyCopy
    ) {
        let keys = keys.map(BlockKey.init(rawValue:))
        let parent = parent.map(BlockKey.init(rawValue:))
        store(keys.span, after: parent, in: holder, tier: tier, counting: counting)
    }

    func remove(_ keys: [UInt64], from holder: HolderID, tier: CacheTier = .gpu) {
        let keys = keys.map(BlockKey.init(rawValue:))
        remove(keys.span, from: holder, tier: tier)
    }

    func matches(_ keys: [UInt64], space: UInt16 = 0) -> PrefixMatches {
        let keys = keys.map(BlockKey.init(rawValue:))
        return longestPrefixes(of: keys.span, in: KeySpaceID(rawValue: space))
    }

    /// Matched blocks by endpoint.
    func blocks(_ keys: [UInt64], space: UInt16 = 0) -> [UInt32: Int32] {
        let pairs = matches(keys, space: space).endpoints.map { ($0.endpoint.rawValue, $0.blocks) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}

/// Keys as a hash would give them, different for each run.
func hashedKeys(_ count: Int, run: UInt64) -> [UInt64] {
    (0..<UInt64(count)).map { (run << 32 + $0 + 1) &* 0x9E37_79B9_7F4A_7C15 }
}
