import Config
import Discovery
import Domain
import KVIndexer
import Routing
import Synchronization
import Telemetry
import ZMQ

/// The parts that know which engine holds which blocks.
final class KVCacheParts: Sendable {
    let metrics: KVIndexerMetrics
    let lookup: PromptLookup
    /// Endpoints of which the index knows what they hold.
    let announcing: AnnouncingEndpoints
    /// To be run. Nil if no endpoint is credited with blocks that it has not announced.
    let expected: ExpectedBlocks?
    /// To be run, and to save when the process ends. Nil for an index that is kept elsewhere.
    let snapshots: SnapshotService?
    /// Nil for an index that is kept elsewhere.
    let memory: InMemoryIndex?
    private let redis: RedisIndex?
    private let endpoints: EndpointStore
    private let spaces: KeySpaceRegistry
    private let names: PoolNames
    private let subscribers: SubscriberRegistry
    private let addresses: EngineAddresses
    private let begun = Atomic(false)

    /// - Parameter onModel: called when an engine's topic names a model for the first time.
    init(
        _ config: KVCacheConfig,
        endpoints: EndpointStore,
        registry: MetricsRegistry,
        log: Log,
        onModel: @escaping @Sendable (String) -> Void
    ) throws {
        let indexer = config.indexer
        let metrics = KVIndexerMetrics(registry: registry)
        self.metrics = metrics
        self.endpoints = endpoints
        let spaces = KeySpaceRegistry()
        self.spaces = spaces
        names = PoolNames(spaces: spaces)
        let index: any KVIndex
        if let config = indexer.redis {
            memory = nil
            let redis = try RedisIndex(
                config: config,
                names: names.forRedis,
                spaces: SharedSpaces(spaces),
                metrics: metrics,
                log: log
            )
            self.redis = redis
            index = redis
        } else {
            redis = nil
            let memory = InMemoryIndex(config: indexer.memory, metrics: metrics)
            self.memory = memory
            index = memory
        }
        let subscribers = try SubscriberRegistry(
            feed: FeedContext(
                index: index,
                spaces: spaces,
                config: indexer,
                metrics: metrics,
                log: log
            ),
            zmq: try ZMQContext(),
            onModel: onModel
        )
        lookup = PromptLookup(in: index, spaces: spaces, config: indexer)
        expected =
            indexer.speculation.isEnabled
            ? ExpectedBlocks(index: index, config: indexer.speculation, metrics: metrics) : nil
        let addresses = EngineAddresses(config)
        self.subscribers = subscribers
        self.addresses = addresses
        // Who connects to the central address, or writes to Redis, is not known beforehand.
        let isOpen = indexer.events.centralAddress != nil || indexer.redis != nil
        announcing = AnnouncingEndpoints { isOpen || addresses.publishes($0) }
        snapshots = memory.map { memory in
            SnapshotService(
                config: indexer.snapshot,
                index: memory,
                feed: PoolSnapshotFeed(
                    positions: { subscribers.positions(forSnapshot: true) },
                    endpoints: { addresses.completed(endpoints.snapshot).endpoints },
                    space: {
                        spaces.space($0).map { SavedSpace(scheme: $0.scheme, model: $0.model) }
                    },
                    engineKeys: { subscribers.engineKeys(of: $0) }
                ),
                writerVersion: Version.current,
                metrics: metrics,
                log: log
            )
        }
        log.info("index", ["backend": config.backend.rawValue])
        if memory == nil, indexer.snapshot.path != nil {
            log.warning("an index in Redis is not saved: the snapshot's path is ignored")
        }
    }
}

extension KVCacheParts {
    /// Loads what a snapshot knows of the pool, and then follows its engines. To be called once.
    func begin() async {
        names.follow(endpoints.snapshot)
        if let snapshots {
            let pool = addresses.completed(endpoints.snapshot).endpoints
            let restored = await snapshots.restore(for: pool) { [spaces] saved in
                spaces.id(of: saved.scheme, model: saved.model)
            }
            subscribers.restore(
                restored.mapValues { RestoredStream(position: $0.position, blocks: $0.blocks) }
            )
        }
        begun.store(true, ordering: .sequentiallyConsistent)
        enginesChanged(to: endpoints.snapshot)
    }

    /// Whether what a snapshot knows is loaded, and the engines are followed.
    var hasBegun: Bool { begun.load(ordering: .sequentiallyConsistent) }

    /// To be called with every change of the pool. Before `begin`, nobody is followed.
    func enginesChanged(to snapshot: EndpointSnapshot) {
        names.follow(snapshot)
        guard hasBegun else { return }
        subscribers.reconcile(with: addresses.completed(snapshot))
        let present = Set(snapshot.endpoints.map(\.id))
        expected?.withdraw { !present.contains($0) }
    }

    /// Keeps what is known beyond the process. To be called before this goes, which forgets it.
    func finish() async {
        await snapshots?.save()
        redis?.leave(within: .seconds(5))
    }

    /// Sets the gauges that describe a moment. To be called before they are read.
    func refreshMetrics() {
        if let memory { metrics.describe(memory.statistics) }
    }
}
