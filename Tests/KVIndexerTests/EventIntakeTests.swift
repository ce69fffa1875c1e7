import Domain
import KVIndexer
import Telemetry
import Testing

@Suite struct EventIntakeTests {
    private let index = InMemoryIndex()
    private let metrics = KVIndexerMetrics.unread()

    private func makeIntake() -> EventIntake {
        var config = KVIndexerConfig()
        config.blockSize = BlockSize(tokenCount: 1)
        config.model = "default"
        return EventIntake(
            for: EndpointID(rawValue: 1),
            to: index,
            config: config,
            metrics: metrics
        )
    }

    private func send(
        _ number: UInt64,
        _ payload: [UInt8],
        topic: String = "",
        to intake: inout EventIntake
    ) {
        let topic = Array(topic.utf8)
        intake.receive(topic: topic.span, number: number, payload: payload.span)
    }

    /// One block that begins a prompt and has this token.
    private func stored(_ token: Int) -> [UInt8] {
        Packed.batch(["BlockStored", [.number(token)], nil, [.number(token)], 1, nil])
    }

    private func isFound(_ token: UInt32, model: String = "default") -> Bool {
        let tokens = [TokenID(rawValue: token)]
        var keys: [BlockKey] = []
        BlockKeyHasher(blockSize: BlockSize(tokenCount: 1))
            .appendKeys(for: tokens.span, in: BlockKeyScope(model: model), to: &keys)
        return !index.longestPrefixes(of: keys.span).matchedBlocks.isEmpty
    }

    @Test(arguments: [
        ("kv@10.0.0.1:8000@m", "m"), ("kv@10.0.0.1@org/m@v2", "org/m@v2"), ("", "default"),
        ("kv@10.0.0.1", "default"), ("kv@10.0.0.1@", "default"), ("other@a@b", "default"),
    ])
    func `the topic names the model, or else the configuration`(topic: String, model: String) {
        var intake = makeIntake()
        send(0, stored(1), topic: topic, to: &intake)
        #expect(isFound(1, model: model))
    }

    @Test func `a lost batch ends trust in what was stored before it`() {
        var intake = makeIntake()
        send(0, stored(1), to: &intake)
        send(2, stored(2), to: &intake)
        #expect(!isFound(1))
        #expect(isFound(2))
        #expect(metrics.streamsStartedOver.value == 1)
    }

    @Test func `a payload that cannot be read is a lost batch, once`() {
        var intake = makeIntake()
        send(0, stored(1), to: &intake)
        send(1, [0xC1], to: &intake)
        #expect(!isFound(1))
        send(2, stored(2), to: &intake)
        #expect(isFound(2))
        #expect(metrics.streamsStartedOver.value == 1)
        #expect(metrics.batchesUndecodable.value == 1)
    }

    @Test func `a batch that comes twice is applied once`() {
        var intake = makeIntake()
        send(0, stored(1), to: &intake)
        send(1, stored(2), to: &intake)
        send(1, stored(2), to: &intake)
        send(2, Packed.batch(["BlockRemoved", [2]]), to: &intake)
        #expect(!isFound(2))
        #expect(metrics.batchesApplied.value == 3)
    }

    @Test func `the end leaves nothing`() {
        var intake = makeIntake()
        send(0, stored(1), to: &intake)
        intake.end()
        #expect(index.keyCount == 0)
    }
}
