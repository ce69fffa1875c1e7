import Dispatch
import Glibc
import Domain
import KVIndexer
import Telemetry
import Testing
import ZMQ

/// From an engine's socket to the index, over loopback.
@Suite(.timeLimit(.minutes(1))) struct SubscriberRegistryTests {
    private let patience = 20_000
    private let index = ObservedIndex()
    private let context: ZMQContext
    private let metricsRegistry = MetricsRegistry()
    private let registry: SubscriberRegistry

    init() throws {
        context = try ZMQContext()
        var config = KVIndexerConfig()
        config.blockSize = BlockSize(tokenCount: 4)
        config.retryMilliseconds = 60_000
        registry = SubscriberRegistryTests.registry(config, index, context, metricsRegistry)
    }

    private static func registry(
        _ config: KVIndexerConfig,
        _ index: ObservedIndex,
        _ context: ZMQContext,
        _ metricsRegistry: MetricsRegistry
    ) -> SubscriberRegistry {
        SubscriberRegistry(
            index: index,
            context: context,
            config: config,
            metrics: KVIndexerMetrics(registry: metricsRegistry)
        )
    }

    private func endpoint(_ id: UInt32, at address: String?) -> Endpoint {
        Endpoint(
            id: EndpointID(rawValue: id),
            name: "pod-\(id)",
            address: "10.0.0.\(id):8000",
            kvEventsAddress: address
        )
    }

    private func reconcile(_ endpoints: Endpoint...) {
        registry.reconcile(with: EndpointSnapshot(generation: 1, endpoints: endpoints))
    }

    private func openEngine() throws(ZMQError) -> PublisherSocket {
        try PublisherSocket.open("tcp://127.0.0.1:0", in: context)
    }

    /// Publishes the first message of a recorded trace, which stores four blocks, and waits
    /// until they are in the index.
    private func publish(from engine: inout PublisherSocket) throws {
        #expect(try engine.awaitSubscriber(timeoutMilliseconds: patience))
        let message = try #require(try Fixtures.trace("native-0.33").first)
        try engine.send(
            topic: message.topic.span,
            number: message.number,
            payload: message.payload.span
        )
        #expect(index.awaitStore(timeoutMilliseconds: patience))
    }

    private func metric(_ line: String) -> Bool {
        PrometheusText.render(metricsRegistry).contains(line + "\n")
    }

    @Test func `an engine's blocks are found until its endpoint leaves the pool`() throws {
        var engine = try openEngine()
        reconcile(endpoint(1, at: try engine.address()))
        try publish(from: &engine)
        #expect(index.blocks.keyCount == 4)
        #expect(metric("llm_d_epp_kv_cache_events_active_subscribers 1"))
        #expect(metric("llm_d_epp_kv_cache_events_messages_received_total{pod=\"pod-1\"} 1"))
        reconcile()
        #expect(index.blocks.keyCount == 0)
        #expect(metric("llm_d_epp_kv_cache_events_active_subscribers 0"))
        #expect(!PrometheusText.render(metricsRegistry).contains("pod-1"))
    }

    @Test func `an endpoint that stays is left alone`() throws {
        var engine = try openEngine()
        let address = try engine.address()
        reconcile(endpoint(1, at: address))
        try publish(from: &engine)
        reconcile(endpoint(1, at: address), endpoint(2, at: nil))
        #expect(index.blocks.keyCount == 4)
    }

    @Test func `an endpoint that publishes elsewhere is followed anew`() throws {
        var former = try openEngine()
        var latter = try openEngine()
        reconcile(endpoint(1, at: try former.address()))
        try publish(from: &former)
        reconcile(endpoint(1, at: try latter.address()))
        #expect(index.blocks.keyCount == 0)
        try publish(from: &latter)
        #expect(index.blocks.keyCount == 4)
    }

    @Test func `an endpoint that stops publishing is forgotten`() throws {
        var engine = try openEngine()
        reconcile(endpoint(1, at: try engine.address()))
        try publish(from: &engine)
        reconcile(endpoint(1, at: nil))
        #expect(index.blocks.keyCount == 0)
    }

    @Test func `one endpoint's end does not touch another's blocks`() throws {
        var first = try openEngine()
        var second = try openEngine()
        let stays = endpoint(2, at: try second.address())
        reconcile(endpoint(1, at: try first.address()), stays)
        try publish(from: &first)
        try publish(from: &second)
        reconcile(stays)
        #expect(index.blocks.keyCount == 4)
    }

    /// libzmq would never connect again: the subscriber has to open another socket.
    @Test func `an engine that sent too large a message is followed again`() throws {
        var config = KVIndexerConfig()
        config.blockSize = BlockSize(tokenCount: 4)
        config.retryMilliseconds = 1
        config.subscriber.messageBytesMax = 1_000
        let registry = SubscriberRegistryTests.registry(config, index, context, metricsRegistry)
        var engine = try openEngine()
        let followed = endpoint(1, at: try engine.address())
        registry.reconcile(with: EndpointSnapshot(generation: 1, endpoints: [followed]))
        #expect(try engine.awaitSubscriber(timeoutMilliseconds: patience))
        try engine.send(parts: [[], [], [UInt8](repeating: 0, count: 1_001)])
        try publish(from: &engine)
        #expect(index.blocks.keyCount == 4)
        let errors = "llm_d_epp_kv_cache_events_zmq_errors_total"
        #expect(metric("\(errors){pod=\"pod-1\",operation=\"receive\"} 1"))
    }

    /// The subscriber waits a minute before it tries the address again, but not to be cancelled.
    @Test func `an address that is none is counted, and cancelling does not wait`() throws {
        reconcile(endpoint(1, at: "nonsense"))
        let line =
            "llm_d_epp_kv_cache_events_zmq_errors_total{pod=\"pod-1\",operation=\"connect\"} 1"
        let start = ContinuousClock.now
        while !metric(line), .now - start < .seconds(20) { sched_yield() }
        #expect(metric(line))
        reconcile()
        #expect(.now - start < .seconds(30))
    }
}

/// An index that tells when something was stored.
private final class ObservedIndex: KVIndex {
    let blocks = InMemoryIndex()
    private let stores = DispatchSemaphore(value: 0)

    func awaitStore(timeoutMilliseconds: Int) -> Bool {
        stores.wait(timeout: .now() + .milliseconds(timeoutMilliseconds)) == .success
    }

    func store(_ keys: Span<BlockKey>, at endpoint: EndpointID, in tier: CacheTier) {
        blocks.store(keys, at: endpoint, in: tier)
        stores.signal()
    }

    func remove(_ keys: Span<BlockKey>, from endpoint: EndpointID, in tier: CacheTier) {
        blocks.remove(keys, from: endpoint, in: tier)
    }

    func clear(_ endpoint: EndpointID) { blocks.clear(endpoint) }

    func longestPrefixes(of keys: Span<BlockKey>) -> PrefixMatches {
        blocks.longestPrefixes(of: keys)
    }
}
