import Config
import Domain
import KVIndexer
import Telemetry
import ZMQ

/// The parts that know which engine holds which blocks.
struct KVCacheParts: Sendable {
    let metrics: KVIndexerMetrics
    let lookup: PromptLookup
    /// To be run. Nil if no endpoint is credited with blocks that it has not announced.
    let expected: ExpectedBlocks?
    private let subscribers: SubscriberRegistry
    private let addresses: EngineAddresses

    init(_ config: KVCacheConfig, registry: MetricsRegistry, log: Log) throws {
        let indexer = config.indexer
        metrics = KVIndexerMetrics(registry: registry)
        let index = InMemoryIndex(config: indexer.memory, metrics: metrics)
        let spaces = KeySpaceRegistry()
        subscribers = try SubscriberRegistry(
            feed: FeedContext(
                index: index,
                spaces: spaces,
                config: indexer,
                metrics: metrics,
                log: log
            ),
            zmq: try ZMQContext()
        )
        lookup = PromptLookup(in: index, spaces: spaces, config: indexer)
        expected =
            indexer.speculation.isEnabled
            ? ExpectedBlocks(index: index, config: indexer.speculation, metrics: metrics) : nil
        addresses = EngineAddresses(config)
        log.info("index", ["backend": config.backend.rawValue])
    }

    /// To be called with every change of the pool.
    func enginesChanged(to snapshot: EndpointSnapshot) {
        subscribers.reconcile(with: addresses.completed(snapshot))
        let present = Set(snapshot.endpoints.map(\.id))
        expected?.withdraw { !present.contains($0) }
    }
}
