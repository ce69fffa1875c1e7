import Domain
import KVIndexer
import Randomness
import Telemetry
import Testing
import ZMQ

/// What was lost comes back, over loopback.
@Suite(.timeLimit(.minutes(1))) struct ReplayTests {
    @Test(arguments: [ReplayServerSocket.Shape.withTopic, .withoutTopic])
    func `what an engine published before it was followed is asked for`(
        shape: ReplayServerSocket.Shape
    ) throws {
        let fixture = try FeedFixture()
        let engine = try FeedEngine(replay: shape, in: fixture.zmq)
        for _ in 0..<1_000 { try engine.publish() }
        fixture.reconcile(try fixture.endpoint(1, of: engine))
        #expect(fixture.reaches(999))
        #expect(fixture.metrics.batchesReplayed.value == 1_000)
        #expect(eventually { fixture.metrics.replays(.complete) == 1 })
        #expect(try engine.awaitSubscriber())
        try engine.publish()
        #expect(fixture.reaches(1_000))
        // Without a topic, nobody knows the model of the first thousand until a live batch comes.
        let repeatedCount: UInt64 = shape == .withTopic ? 0 : 1_000
        #expect(fixture.metrics.batchesApplied.value == 1_001 + repeatedCount)
    }

    @Test func `a history that begins late is taken as it is`() throws {
        let fixture = try FeedFixture()
        let engine = try FeedEngine(replay: .withTopic, ringCount: 10, in: fixture.zmq)
        for _ in 0..<100 { try engine.publish() }
        fixture.reconcile(try fixture.endpoint(1, of: engine))
        #expect(fixture.reaches(99))
        #expect(eventually { fixture.metrics.replays(.truncated) == 1 })
        #expect(fixture.metrics.batchesReplayed.value == 10)
        #expect(fixture.metrics.batchesLost.value == 0)
    }

    /// One batch in ten does not get through, while more and more are published.
    @Test func `under load every batch is applied once, whatever was lost`() throws {
        let fixture = try FeedFixture()
        let engine = try FeedEngine(replay: .withTopic, in: fixture.zmq)
        fixture.reconcile(try fixture.endpoint(1, of: engine))
        #expect(try engine.awaitSubscriber())
        var random = SplitMix64(seed: 4)
        for _ in 0..<5_000 { try engine.publish(isLost: random.below(10) == 0) }
        // A loss shows only when something follows it.
        try engine.publish()
        #expect(fixture.reaches(5_000))
        #expect(fixture.metrics.batchesApplied.value == 5_001)
        #expect(fixture.metrics.batchesLost.value == 0)
        #expect(fixture.metrics.streamsStartedOver.value == 0)
        #expect(fixture.metrics.gaps.value > 0)
    }

    @Test func `an engine that is killed and comes back is forgotten and learnt again`() throws {
        let fixture = try FeedFixture()
        var engine: FeedEngine? = try FeedEngine(replay: .withTopic, in: fixture.zmq)
        let endpoint = try fixture.endpoint(1, of: try #require(engine))
        fixture.reconcile(endpoint)
        #expect(try engine?.awaitSubscriber() == true)
        for _ in 0..<3 { try engine?.publish() }
        #expect(fixture.reaches(2))
        engine = nil
        let second = try FeedEngine(
            at: try #require(endpoint.kvEventsAddress),
            replay: .withTopic,
            replayAddress: try #require(endpoint.kvReplayAddress),
            epoch: 2,
            in: fixture.zmq
        )
        // Nothing of it is heard that would tell by its number.
        for _ in 0..<8 { try second.publish(isLost: true) }
        #expect(eventually { fixture.metrics.replays(.restarted) == 1 })
        try second.publish()
        #expect(fixture.reaches(8))
        #expect(fixture.metrics.streamsStartedOver.value == 1)
        #expect(fixture.metrics.batchesApplied.value == 12)
    }

    @Test func `an engine that does not answer is given up, and its live batches are applied`()
        throws
    {
        let fixture = try FeedFixture { config in
            config.replay.idleMilliseconds = 20
            config.replay.attemptsMax = 2
        }
        let engine = try FeedEngine(in: fixture.zmq)
        let endpoint = fixture.endpoint(
            1,
            at: try engine.address(),
            replayAddress: "tcp://127.0.0.1:9"
        )
        fixture.reconcile(endpoint)
        #expect(try engine.awaitSubscriber())
        for _ in 0..<3 { try engine.publish() }
        #expect(fixture.reaches(2))
        #expect(eventually { fixture.metrics.replays(.failed) == 1 })
        let errors = "llm_d_epp_kv_cache_events_zmq_errors_total"
        #expect(
            eventually {
                fixture.shows("\(errors){pod=\"pod-1\",operation=\"replay-no-progress\"} 2")
            }
        )
        try engine.publish(isLost: true)
        try engine.publish()
        #expect(fixture.reaches(4))
        #expect(fixture.metrics.batchesLost.value == 1)
    }

    @Test func `replays wait for each other, and all come to their end`() throws {
        let fixture = try FeedFixture { $0.replay.concurrency = 1 }
        let engines = try (1...20).map { _ in
            try FeedEngine(replay: .withTopic, in: fixture.zmq)
        }
        for engine in engines { for _ in 0..<50 { try engine.publish() } }
        fixture.reconcile(
            try zip((1 as UInt32)..., engines).map { try fixture.endpoint($0, of: $1) }
        )
        #expect(eventually { fixture.metrics.replays(.complete) == 20 })
        #expect(fixture.metrics.batchesApplied.value == 1_000)
    }

    @Test func `an engine whose replay has to wait is followed meanwhile, and replayed later`()
        throws
    {
        let fixture = try FeedFixture { config in
            config.replay.concurrency = 1
            config.replay.turnMilliseconds = 10
            config.replay.idleMilliseconds = 20
            config.replay.attemptsMax = 1_000_000
        }
        let silent = try FeedEngine(in: fixture.zmq)
        let engine = try FeedEngine(replay: .withTopic, in: fixture.zmq)
        let first = fixture.endpoint(
            1,
            at: try silent.address(),
            replayAddress: "tcp://127.0.0.1:9"
        )
        fixture.reconcile(first)
        // It has the one permit.
        #expect(
            eventually {
                PrometheusText.render(fixture.metricsRegistry).contains("replay-no-progress")
            }
        )
        for _ in 0..<3 { try engine.publish() }
        let other = try fixture.endpoint(2, of: engine)
        fixture.reconcile(first, other)
        #expect(try engine.awaitSubscriber())
        try engine.publish()
        #expect(fixture.reaches(3, 2))
        #expect(engine.requestCount == 0)
        // Its turn comes when the other one leaves.
        fixture.reconcile(other)
        #expect(eventually { fixture.metrics.replays(.complete) == 1 })
        #expect(fixture.metrics.batchesReplayed.value == 4)
        try engine.publish()
        #expect(fixture.reaches(4, 2))
        #expect(fixture.metrics.streamsStartedOver.value == 0)
    }

    @Test func `a snapshot's blocks do not stay if no replay confirms them`() throws {
        let fixture = try FeedFixture { config in
            config.replay.idleMilliseconds = 20
            config.replay.attemptsMax = 1
            config.uncertainSeconds = 1
        }
        let engine = try FeedEngine(in: fixture.zmq)
        let address = try engine.address()
        let endpoint = fixture.endpoint(1, at: address, replayAddress: "tcp://127.0.0.1:9")
        let cache = CacheID(endpoint: endpoint.id)
        let position = StreamPosition(number: 4, payloadHash: 4)
        let blocks = try fixture.feed.restoredBlocks(of: cache)
        fixture.registry.restore([cache: RestoredStream(position: position, blocks: blocks)])
        fixture.reconcile(endpoint)
        #expect(eventually { fixture.metrics.replays(.failed) == 1 })
        let index = try #require(fixture.feed.index as? InMemoryIndex)
        #expect(eventually { index.openHolders.isEmpty })
    }

    @Test(arguments: [true, false])
    func `a snapshot's stream is taken up where it was, if it is still the same one`(
        isSame: Bool
    ) throws {
        let fixture = try FeedFixture()
        let engine = try FeedEngine(replay: .withTopic, in: fixture.zmq)
        for _ in 0..<10 { try engine.publish() }
        let endpoint = try fixture.endpoint(1, of: engine)
        fixture.reconcile(endpoint)
        #expect(fixture.reaches(9))
        let cache = CacheID(endpoint: endpoint.id)
        let last = try #require(fixture.registry.positions()[cache])
        fixture.reconcile()

        let blocks = try fixture.feed.restoredBlocks(of: cache)
        let position = StreamPosition(
            number: last.number,
            payloadHash: isSame ? last.payloadHash : ~last.payloadHash
        )
        fixture.registry.restore([cache: RestoredStream(position: position, blocks: blocks)])
        for _ in 0..<5 { try engine.publish() }
        let before = fixture.metrics.batchesApplied.value
        fixture.reconcile(endpoint)
        #expect(fixture.reaches(14))
        #expect(fixture.metrics.batchesApplied.value - before == (isSame ? 5 : 15))
        #expect(fixture.metrics.streamsStartedOver.value == (isSame ? 0 : 1))
    }
}
