import BlockKeys
import KVIndexer

/// A configuration while its sources are read: what one section says is not yet weighed against
/// what another one does.
struct KVCacheDraft {
    /// Blocks, entries, or whatever is counted in memory: beyond every machine.
    static let countMax = 4_000_000_000
    static let addressExpectation =
        "an address such as \"redis://user:password@host:6379/0\", \"unix://path\" or \"host:6379\""

    var config = KVCacheConfig()
    var isMemoryGiven = false
    var costAwareBytes: Int?
    var redisAddress: String?
    var valkeyAddress: String?
    /// Everything but the address.
    var redis = RedisIndexConfig()
    var algorithm: BlockKeyAlgorithm?
    var isMetricsEnabled = false
    var metricsInterval = Duration.zero

    /// Chooses what keeps the index, and what depends on that.
    consuming func resolved(_ findings: ConfigFindings) -> KVCacheConfig {
        chooseBackend(findings)
        let isShared = config.indexer.redis != nil
        config.indexer.keys.algorithm = algorithm ?? (isShared ? .cborFNV : .xxh64)
        let seed = config.indexer.hashSeed
        if !seed.isEmpty { addEngineSeed(seed) }
        if metricsInterval > .zero {
            if isMetricsEnabled {
                config.metricsInterval = metricsInterval
            } else {
                findings.warn("metricsLoggingInterval has no effect without enableMetrics")
            }
        }
        if config.indexer.events.centralAddress == nil, !config.followsEndpoints {
            findings.warn("no events are received: discoverPods is false and zmqEndpoint is empty")
        }
        return config
    }

    mutating func addEngineSeed(_ seed: String) {
        guard !config.indexer.keys.engineSeeds.contains(seed) else { return }
        config.indexer.keys.engineSeeds.append(seed)
    }

    /// The first that is given, in llm-d's order.
    private mutating func chooseBackend(_ findings: ConfigFindings) {
        var given: [IndexBackend] = []
        if costAwareBytes != nil { given.append(.costAwareMemory) }
        if valkeyAddress != nil { given.append(.valkey) }
        if redisAddress != nil { given.append(.redis) }
        if isMemoryGiven { given.append(.memory) }
        config.backend = given.first ?? .memory
        for unused in given.dropFirst() {
            findings.note(
                "\(config.backend.rawValue) is used: \(unused.rawValue) has no effect beside it"
            )
        }
        switch config.backend {
        case .memory: break
        case .costAwareMemory:
            config.indexer.memory.keysMax = Self.countMax
            if let costAwareBytes { config.indexer.memory.bytesMax = costAwareBytes }
        case .redis, .valkey:
            redis.address = (config.backend == .redis ? redisAddress : valkeyAddress) ?? ""
            config.indexer.redis = redis
        }
    }
}
