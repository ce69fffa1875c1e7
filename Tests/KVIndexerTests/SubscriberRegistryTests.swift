import Domain
import KVIndexer
import Telemetry
import Testing
import ZMQ

/// From engines' sockets to the index, over loopback.
@Suite(.timeLimit(.minutes(1))) struct SubscriberRegistryTests {
    @Test func `an engine's batches are applied until its endpoint leaves the pool`() throws {
        let fixture = try FeedFixture()
        let engine = try FeedEngine(in: fixture.zmq)
        fixture.reconcile(try fixture.endpoint(1, of: engine))
        #expect(try engine.awaitSubscriber())
        for _ in 0..<3 { try engine.publish() }
        #expect(fixture.reaches(2))
        #expect(fixture.shows("llm_d_epp_kv_cache_events_active_subscribers 1"))
        #expect(
            fixture.shows("llm_d_epp_kv_cache_events_messages_received_total{pod=\"pod-1\"} 3")
        )
        fixture.reconcile()
        #expect(fixture.registry.positions().isEmpty)
        #expect(fixture.shows("llm_d_epp_kv_cache_events_active_subscribers 0"))
        #expect(!PrometheusText.render(fixture.metricsRegistry).contains("pod-1"))
    }

    @Test func `an endpoint that stays is left alone`() throws {
        let fixture = try FeedFixture()
        let engine = try FeedEngine(in: fixture.zmq)
        let endpoint = try fixture.endpoint(1, of: engine)
        fixture.reconcile(endpoint)
        #expect(try engine.awaitSubscriber())
        try engine.publish()
        #expect(fixture.reaches(0))
        fixture.reconcile(endpoint, fixture.endpoint(2, at: nil))
        #expect(fixture.number(of: 1) == 0)
    }

    @Test func `an endpoint that publishes elsewhere is followed anew`() throws {
        let fixture = try FeedFixture()
        let (former, latter) = (
            try FeedEngine(in: fixture.zmq), try FeedEngine(in: fixture.zmq)
        )
        fixture.reconcile(try fixture.endpoint(1, of: former))
        #expect(try former.awaitSubscriber())
        for _ in 0..<5 { try former.publish() }
        #expect(fixture.reaches(4))
        fixture.reconcile(try fixture.endpoint(1, of: latter))
        #expect(fixture.number(of: 1) == nil)
        #expect(try latter.awaitSubscriber())
        try latter.publish()
        #expect(fixture.reaches(0))
        #expect(fixture.metrics.streamsStartedOver.value == 0)
    }

    @Test func `every data-parallel rank is followed at a port of its own`() throws {
        let fixture = try FeedFixture()
        let (first, second) = try adjacentEngines(in: fixture.zmq)
        let address = try first.address()
        fixture.reconcile(fixture.endpoint(1, at: address, dataParallelSize: 2))
        #expect(try first.awaitSubscriber())
        #expect(try second.awaitSubscriber())
        try first.publish()
        for _ in 0..<3 { try second.publish() }
        #expect(fixture.reaches(0, rank: 0))
        #expect(fixture.reaches(2, rank: 1))
    }

    /// Two engines with ports that follow each other.
    private func adjacentEngines(in zmq: ZMQContext) throws -> (FeedEngine, FeedEngine) {
        for port in stride(from: 28_000, to: 32_000, by: 7) {
            do throws(ZMQError) {
                var taken = try PublisherSocket.open("tcp://127.0.0.1:\(port)", in: zmq)
                _ = try taken.awaitSubscriber(timeoutMilliseconds: 0)
                _ = try PublisherSocket.open("tcp://127.0.0.1:\(port + 1)", in: zmq).address()
            } catch {
                continue
            }
            return (
                try FeedEngine(at: "tcp://127.0.0.1:\(port)", in: zmq),
                try FeedEngine(at: "tcp://127.0.0.1:\(port + 1)", in: zmq)
            )
        }
        throw ZMQError.connectionLost
    }

    /// libzmq would never connect again: another socket has to be opened.
    @Test func `an engine that sent too large a message is followed again`() throws {
        let fixture = try FeedFixture { config in
            config.subscriber.messageBytesMax = 1_000
            config.retryMilliseconds = 1
        }
        let engine = try FeedEngine(in: fixture.zmq)
        fixture.reconcile(try fixture.endpoint(1, of: engine))
        #expect(try engine.awaitSubscriber())
        try engine.send(parts: [[], [], [UInt8](repeating: 0, count: 1_001)])
        #expect(try engine.awaitSubscriber())
        try engine.publish()
        #expect(fixture.reaches(0))
        let errors = "llm_d_epp_kv_cache_events_zmq_errors_total"
        #expect(fixture.shows("\(errors){pod=\"pod-1\",operation=\"recv\"} 1"))
    }

    @Test func `an address that is none is counted, and its end does not wait for the next try`()
        throws
    {
        let fixture = try FeedFixture { config in
            config.retryMilliseconds = 60_000
            config.retryMillisecondsMax = 60_000
        }
        let start = ContinuousClock.now
        fixture.reconcile(fixture.endpoint(1, at: "nonsense"))
        let errors = "llm_d_epp_kv_cache_events_zmq_errors_total"
        #expect(eventually { fixture.shows("\(errors){pod=\"pod-1\",operation=\"connect\"} 1") })
        fixture.reconcile()
        #expect(.now - start < .seconds(30))
    }

    @Test func `an engine that sends nonsense does not hold up another on the same thread`() throws
    {
        let fixture = try FeedFixture { $0.threadCount = 1 }
        let (broken, healthy) = (
            try FeedEngine(in: fixture.zmq), try FeedEngine(in: fixture.zmq)
        )
        fixture.reconcile(
            try fixture.endpoint(1, of: broken),
            try fixture.endpoint(2, of: healthy)
        )
        #expect(try broken.awaitSubscriber())
        #expect(try healthy.awaitSubscriber())
        for number in 0..<1_000 {
            try broken.send(parts: (0..<number % 6 + 1).map { [UInt8($0)] })
            try broken.send(parts: [[], [UInt8](repeating: 0, count: 8), FeedBatch.unreadable])
        }
        for _ in 0..<100 { try healthy.publish() }
        #expect(fixture.reaches(99, 2))
        #expect(eventually { fixture.metrics.messagesMalformed.value == 1_000 })
        #expect(fixture.metrics.batchesApplied.value == 100)
    }

    @Test func `two hundred engines on four threads are all followed, each in order`() throws {
        let fixture = try FeedFixture()
        let engines = try (1...200).map { _ in try FeedEngine(in: fixture.zmq) }
        fixture.reconcile(
            try zip((1 as UInt32)..., engines).map { try fixture.endpoint($0, of: $1) }
        )
        for engine in engines { #expect(try engine.awaitSubscriber()) }
        for _ in 0..<20 { for engine in engines { try engine.publish() } }
        #expect(eventually { fixture.metrics.batchesApplied.value == 4_000 })
        #expect(fixture.registry.positions().values.allSatisfy { $0.number == 19 })
        #expect(fixture.metrics.gaps.value == 0)
        fixture.reconcile()
        #expect(fixture.registry.positions().isEmpty)
    }

    @Test func `a model that topics name is told of once, and an odd topic is warned of once`()
        throws
    {
        let fixture = try FeedFixture()
        let engines = try ["kv@pod-1@org/m@2", "kv@10.0.0.9:8000@org/m@2", ""].map {
            try FeedEngine(topic: $0, in: fixture.zmq)
        }
        fixture.reconcile(
            try zip((1 as UInt32)..., engines).map { try fixture.endpoint($0, of: $1) }
        )
        for engine in engines {
            #expect(try engine.awaitSubscriber())
            for _ in 0..<2 { try engine.publish() }
        }
        #expect(eventually { fixture.metrics.batchesApplied.value == 6 })
        #expect(fixture.models.all == ["org/m@2"])
        #expect(fixture.warnings.all.count == 1)
        #expect(fixture.warnings.all.first?.contains("10.0.0.9:8000") == true)
    }
}
