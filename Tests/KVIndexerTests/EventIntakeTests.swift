import Domain
import KVIndexer
import Telemetry
import Testing

@Suite struct EventIntakeTests {
    private let context: FeedContext

    init() {
        context = .forTests { config in
            config.events.replay.heldBytesMax = 2_000
        }
    }

    private var metrics: KVIndexerMetrics { context.metrics }

    private func makeIntake(
        canReplay: Bool = false,
        restored: RestoredStream? = nil
    ) -> Intake {
        Intake(
            EventIntake(
                for: CacheID(endpoint: EndpointID(rawValue: 1)),
                named: "pod-1",
                canReplay: canReplay,
                restored: restored,
                in: context
            )
        )
    }

    @Test func `a gap makes what is known uncertain, where nothing can be asked for again`() {
        let intake = makeIntake()
        intake.send(0)
        #expect(!intake.hasUncertain)
        intake.send(3)
        #expect(intake.hasUncertain)
        #expect(metrics.gaps.value == 1)
        #expect(metrics.batchesLost.value == 2)
        #expect(metrics.batchesApplied.value == 2)
        intake.dropUncertain()
        #expect(!intake.hasUncertain)
    }

    @Test func `a payload that cannot be read is a lost batch, and the stream goes on`() {
        let intake = makeIntake()
        intake.send(0)
        intake.send(1, FeedBatch.unreadable)
        intake.send(2)
        #expect(metrics.batchesUndecodable.value == 1)
        #expect(metrics.batchesLost.value == 1)
        #expect(metrics.gaps.value == 0)
        #expect(metrics.batchesApplied.value == 2)
        #expect(intake.hasUncertain)
    }

    @Test func `a batch that comes twice is applied once`() {
        let intake = makeIntake()
        for number in [0, 1, 1, 2] as [UInt64] { intake.send(number) }
        #expect(metrics.batchesApplied.value == 3)
        #expect(metrics.batchesRepeated.value == 1)
    }

    @Test func `a restart is counted, and nothing stays uncertain`() {
        let intake = makeIntake()
        for number in [0, 5, 0] as [UInt64] { intake.send(number) }
        #expect(metrics.streamsStartedOver.value == 1)
        #expect(!intake.hasUncertain)
    }

    @Test func `live batches wait for the replay that fills the gap before them`() {
        let intake = makeIntake(canReplay: true)
        intake.send(0)
        #expect(intake.send(3) == .beginReplay(from: 0))
        #expect(intake.send(4) == .none)
        for number in 0...3 as ClosedRange<UInt64> { intake.replay(number) }
        #expect(metrics.batchesApplied.value == 4)
        #expect(intake.end() == .endReplay)
        #expect(metrics.batchesApplied.value == 5)
        #expect(metrics.batchesReplayed.value == 3)
        #expect(metrics.replays(.complete) == 1)
        #expect(metrics.gaps.value == 1)
        #expect(metrics.batchesLost.value == 0)
        #expect(intake.position?.number == 4)
        #expect(!intake.hasUncertain)
    }

    @Test func `more than may wait ends the replay, and all of it is applied`() {
        let intake = makeIntake(canReplay: true)
        intake.send(0)
        #expect(intake.send(2) == .beginReplay(from: 0))
        var newest: UInt64 = 2
        repeat { newest += 1 } while intake.send(newest) == .none
        #expect(newest > 3)
        #expect(metrics.replays(.failed) == 1)
        #expect(intake.isCoolingDown)
        #expect(intake.position?.number == newest)
        #expect(metrics.batchesApplied.value == newest)  // all but number 1
        #expect(metrics.batchesLost.value == 1)
        #expect(intake.hasUncertain)
    }

    @Test
    func `a snapshot's blocks are uncertain until a replay has shown that the stream goes on`()
        throws
    {
        let cache = CacheID(endpoint: EndpointID(rawValue: 1))
        let blocks = try context.restoredBlocks(of: cache)
        let first = makeIntake()
        first.send(7)
        let position = try #require(first.position)

        let intake = makeIntake(
            canReplay: true,
            restored: RestoredStream(position: position, blocks: blocks)
        )
        #expect(intake.hasUncertain)
        let order = intake.connected()
        #expect(order == .beginReplay(from: 7))
        intake.replay(7)
        #expect(!intake.hasUncertain)
        #expect(intake.end() == .endReplay)
        #expect(metrics.replays(.complete) == 1)
    }

    @Test func `what was replayed without a topic is asked for again once one names a model`() {
        let intake = makeIntake(canReplay: true)
        #expect(intake.connected() == .beginReplay(from: 0))
        for number in 0...2 as ClosedRange<UInt64> { intake.replay(number) }
        #expect(intake.end() == .endReplay)
        #expect(intake.send(3) == .beginReplay(from: 0))
        #expect(metrics.streamsStartedOver.value == 1)
        for number in 0...3 as ClosedRange<UInt64> { intake.replay(number) }
        #expect(intake.end() == .endReplay)
        #expect(intake.send(4) == .none)
        #expect(intake.position?.number == 4)
        #expect(metrics.batchesApplied.value == 3 + 5)
        #expect(metrics.streamsStartedOver.value == 1)
    }

    @Test func `a replay without a topic is of the confirmed snapshot's model`() throws {
        let cache = CacheID(endpoint: EndpointID(rawValue: 1))
        let first = makeIntake()
        first.send(7)
        let restored = RestoredStream(
            position: try #require(first.position),
            blocks: try context.restoredBlocks(of: cache, model: "m")
        )
        let intake = makeIntake(canReplay: true, restored: restored)
        #expect(intake.connected() == .beginReplay(from: 7))
        for number in 7...9 as ClosedRange<UInt64> { intake.replay(number) }
        #expect(intake.end() == .endReplay)
        #expect(intake.send(10) == .none)
        let index = try #require(context.index as? InMemoryIndex)
        #expect(!index.openHolders.isEmpty)
        #expect(metrics.streamsStartedOver.value == 0)
    }
}

/// An intake where `#expect` can see it, which cannot look into what cannot be copied.
private final class Intake {
    private var intake: EventIntake

    init(_ intake: consuming EventIntake) { self.intake = intake }

    var hasUncertain: Bool { intake.hasUncertain }
    var isCoolingDown: Bool { intake.isCoolingDown }
    var position: StreamPosition? { intake.position }

    @discardableResult
    func send(_ number: UInt64, _ payload: [UInt8]? = nil) -> EventIntake.Order {
        let (topic, payload) = (Array("kv@a@m".utf8), payload ?? FeedBatch.empty(number))
        return intake.receive(topic: topic.span, number: number, payload: payload.span)
    }

    @discardableResult
    func replay(_ number: UInt64) -> EventIntake.Order {
        let (topic, payload) = ([UInt8](), FeedBatch.empty(number))
        return intake.receiveReplay(topic: topic.span, number: number, payload: payload.span)
    }

    func connected() -> EventIntake.Order { intake.connected() }
    func end() -> EventIntake.Order { intake.replayEnded() }
    func dropUncertain() { intake.dropUncertain() }
}
