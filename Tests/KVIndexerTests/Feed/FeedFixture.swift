import Domain
import KVIndexer
import Synchronization
import Telemetry
import ZMQ

/// A registry with its own index, libzmq context and metrics.
final class FeedFixture {
    let zmq: ZMQContext
    let feed: FeedContext
    let registry: SubscriberRegistry
    let metricsRegistry = MetricsRegistry()
    let models = Names()
    let warnings = Names()

    /// What was told from other threads.
    final class Names: Sendable {
        private let names = Mutex<[String]>([])

        func append(_ name: String) { names.withLock { $0.append(name) } }
        var all: [String] { names.withLock { $0 } }
    }

    init(_ change: (inout EventFeedConfig) -> Void = { _ in }) throws {
        zmq = try ZMQContext()
        let warnings = warnings
        feed = .forTests(
            { config in
                config.events.subscriber.reconnectMilliseconds = 1
                config.events.subscriber.reconnectMillisecondsMax = 20
                change(&config.events)
            },
            metrics: KVIndexerMetrics(registry: metricsRegistry),
            log: Log(level: .warning) { warnings.append($0) }
        )
        let models = models
        registry = try SubscriberRegistry(feed: feed, zmq: zmq, onModel: { models.append($0) })
    }

    var metrics: KVIndexerMetrics { feed.metrics }

    func endpoint(
        _ id: UInt32,
        at address: String?,
        replayAddress: String? = nil,
        dataParallelSize: Int = 1
    ) -> Endpoint {
        Endpoint(
            id: EndpointID(rawValue: id),
            name: "pod-\(id)",
            address: "10.0.0.\(id):8000",
            kvEventsAddress: address,
            kvReplayAddress: replayAddress,
            dataParallelSize: dataParallelSize
        )
    }

    func endpoint(_ id: UInt32, of engine: FeedEngine) throws -> Endpoint {
        endpoint(id, at: try engine.address(), replayAddress: engine.replayAddress)
    }

    func reconcile(_ endpoints: Endpoint...) { reconcile(endpoints) }
    func reconcile(_ endpoints: [Endpoint]) {
        registry.reconcile(with: EndpointSnapshot(generation: 1, endpoints: endpoints))
    }

    func number(of id: UInt32, rank: UInt16 = 0) -> UInt64? {
        registry.positions()[CacheID(endpoint: EndpointID(rawValue: id), rank: rank)]?.number
    }

    /// Whether the stream of an endpoint arrives at this batch.
    func reaches(_ number: UInt64, _ id: UInt32 = 1, rank: UInt16 = 0) -> Bool {
        eventually { self.number(of: id, rank: rank) == number }
    }

    func shows(_ line: String) -> Bool {
        PrometheusText.render(metricsRegistry).contains(line + "\n")
    }
}
