import CommandLineArguments
import Config
import Domain
import KVIndexer
import Telemetry
import ZMQ

/// The parts that know which engine holds which blocks.
struct KVCacheParts: Sendable {
    let config: KVIndexerConfig
    let metrics: KVIndexerMetrics
    let index: InMemoryIndex
    private let subscribers: SubscriberRegistry
    private let addresses: EngineAddresses

    init(_ config: KVCacheConfig, registry: MetricsRegistry, log: Log) throws {
        self.config = config.indexer
        metrics = KVIndexerMetrics(registry: registry)
        index = InMemoryIndex(config: config.indexer.memory, metrics: metrics)
        subscribers = SubscriberRegistry(
            index: index,
            context: try ZMQContext(),
            config: config.indexer,
            metrics: metrics
        )
        addresses = EngineAddresses(config)
        log.info("index", ["backend": config.backend.rawValue])
    }

    /// To be called with every change of the pool.
    func enginesChanged(to snapshot: EndpointSnapshot) {
        subscribers.reconcile(with: addresses.completed(snapshot))
    }
}
