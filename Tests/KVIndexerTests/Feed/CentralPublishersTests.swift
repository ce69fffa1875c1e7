import Domain
import KVIndexer
import Telemetry
import Testing
import ZMQ

/// Engines that connect to one address, over loopback.
@Suite(.timeLimit(.minutes(1))) struct CentralPublishersTests {
    private let fixture: FeedFixture
    private let address: String

    init() throws {
        let probe = try ZMQContext()
        let address = try PublisherSocket.open("tcp://127.0.0.1:0", in: probe).address()
        self.address = address
        fixture = try FeedFixture { config in
            config.centralAddress = address
            // The port may take a moment to be free.
            config.retryMilliseconds = 1
        }
    }

    private func engine(
        _ topic: String,
        replay: ReplayServerSocket.Shape? = nil
    ) throws -> FeedEngine {
        let engine = try FeedEngine(
            at: address,
            connects: true,
            topic: topic,
            replay: replay,
            in: fixture.zmq
        )
        #expect(try engine.awaitSubscriber())
        return engine
    }

    @Test func `publishers are told apart by their topics, each with its own numbers`() throws {
        fixture.reconcile(fixture.endpoint(1, at: nil), fixture.endpoint(2, at: nil))
        let first = try engine("kv@10.0.0.1:8000@m")
        let second = try engine("kv@10.0.0.2@m")  // its host alone
        for _ in 0..<5 { try first.publish() }
        for _ in 0..<3 { try second.publish() }
        #expect(fixture.reaches(4, 1))
        #expect(fixture.reaches(2, 2))
        #expect(fixture.metrics.gaps.value == 0)
        #expect(fixture.models.all == ["m"])
        fixture.reconcile(fixture.endpoint(2, at: nil))
        #expect(fixture.number(of: 1) == nil)
        #expect(fixture.number(of: 2) == 2)
    }

    @Test func `what comes before the pool has the endpoint is counted as lost`() throws {
        let engine = try engine("kv@pod-1@m")
        for _ in 0..<3 { try engine.publish() }
        #expect(eventually { fixture.metrics.publishersUnknown.value == 3 })
        #expect(fixture.warnings.all.count { $0.contains("no endpoint of the pool") } == 1)
        fixture.reconcile(fixture.endpoint(1, at: nil))
        try engine.publish()
        #expect(fixture.reaches(3))
        #expect(fixture.metrics.batchesLost.value == 3)
        #expect(fixture.metrics.gaps.value == 1)
    }

    @Test func `what is missing is asked for where the endpoint has a replay address`() throws {
        let engine = try engine("kv@pod-1@m", replay: .withTopic)
        for _ in 0..<3 { try engine.publish() }
        #expect(eventually { fixture.metrics.publishersUnknown.value == 3 })
        fixture.reconcile(fixture.endpoint(1, at: nil, replayAddress: engine.replayAddress))
        try engine.publish()
        #expect(fixture.reaches(3))
        #expect(fixture.metrics.batchesApplied.value == 4)
    }

    @Test func `ranks with one topic are told apart by their batches`() throws {
        fixture.reconcile(fixture.endpoint(1, at: nil, dataParallelSize: 256))
        let ranks: [UInt8] = [0, 1, 127, 128, 192, 255]
        for (index, rank) in ranks.enumerated() {
            let engine = try engine("kv@pod-1@m")
            for _ in 0...index { try engine.publish(rank: rank) }
            #expect(fixture.reaches(UInt64(index), rank: UInt16(rank)))
        }
        #expect(fixture.metrics.streamsStartedOver.value == 0)
        let unranked = try engine("kv@10.0.0.1:8000@m")
        for _ in 0..<9 { try unranked.publish(rank: nil) }
        #expect(eventually { fixture.metrics.batchesApplied.value == 21 + 9 })
    }

    @Test(arguments: ["SHARED_STORAGE", "OBJECT_STORE"])
    func `storage that all endpoints reach publishes, too`(name: String) throws {
        let storage = try engine("kv@\(name)@m")
        try storage.publish()
        #expect(eventually { fixture.registry.positions()[.shared]?.number == 0 })
    }

    @Test func `several publishers of storage may share a topic`() throws {
        let pods = [try engine("kv@SHARED_STORAGE@m"), try engine("kv@SHARED_STORAGE@m")]
        try pods[0].publish()
        for _ in 0..<5 { for pod in pods { try pod.publish() } }
        #expect(eventually { fixture.metrics.batchesApplied.value == 11 })
        #expect(fixture.metrics.streamsStartedOver.value == 0)
        #expect(fixture.metrics.gaps.value == 0)
    }

    @Test func `topics of nobody, however many, keep no endpoint out`() throws {
        fixture.reconcile(fixture.endpoint(1, at: nil))
        let other = try engine("kv@nobody@m")
        // As many as are remembered, and no more at once than sockets hold.
        for count in stride(from: 500, through: 66_000, by: 500) {
            for number in count - 500..<count {
                try other.send(parts: [Array("kv@nobody-\(number)@m".utf8), [], []])
            }
            guard eventually({ fixture.metrics.publishersUnknown.value == count }) else { break }
        }
        #expect(fixture.metrics.publishersUnknown.value == 66_000)
        let engine = try engine("kv@pod-1@m")
        try engine.publish()
        #expect(fixture.reaches(0))
    }

    @Test func `a topic of absurd length is nobody's`() throws {
        let engine = try engine("kv@pod-1@" + String(repeating: "m", count: 2_000))
        fixture.reconcile(fixture.endpoint(1, at: nil))
        try engine.publish()
        #expect(eventually { fixture.metrics.publishersUnknown.value == 1 })
        #expect(fixture.number(of: 1) == nil)
    }

    @Test func `a topic of another kind does not arrive`() throws {
        fixture.reconcile(fixture.endpoint(1, at: nil))
        // Its subscription comes with `kv@`, so the wait for it still ends.
        let other = try engine("pod-1")
        try other.publish()
        let engine = try engine("kv@pod-1@m")
        try engine.publish()
        #expect(fixture.reaches(0))
        #expect(fixture.metrics.publishersUnknown.value == 0)
    }
}
