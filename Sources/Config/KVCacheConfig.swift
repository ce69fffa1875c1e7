package import KVIndexer
package import Scheduling
package import Tokenization

/// All settings of the KV cache's index, its events and its prompts, whoever gave them: a document
/// of llm-d's KV-cache manager, the environment, or nobody.
package struct KVCacheConfig: Equatable, Sendable {
    package var indexer = KVIndexerConfig()
    package var backend = IndexBackend.memory
    package var prefixStore = PrefixStoreConfig()
    package var tokenizers = TokenizerSettings()
    package var tierWeights = TierWeights()
    /// Whether the pool's engines are connected to, each for its events. Others may still connect
    /// to the central address.
    package var followsEndpoints = true
    /// Where engines publish that the pool gives no address of. Nil: such engines do not publish.
    package var enginePorts: EnginePorts?
    /// Between two lines of the log about the index. Nil: none are written.
    package var metricsInterval: Duration?

    package init() {}
}

/// What keeps the index, by the section that chooses it.
package enum IndexBackend: String, CaseIterable, Sendable {
    case costAwareMemory = "costAwareMemoryConfig"
    case valkey = "valkeyConfig"
    case redis = "redisConfig"
    case memory = "inMemoryConfig"
}

/// Ports of an engine's first data-parallel rank; each further rank has the next one.
package struct EnginePorts: Equatable, Sendable {
    package var events = 5557
    /// 0: engines cannot be asked again for what was lost.
    package var replay = 0

    package init() {}
}
