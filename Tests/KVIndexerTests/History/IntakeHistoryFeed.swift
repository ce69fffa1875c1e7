import Domain
import KVIndexer
import Telemetry

/// The feed as it is, without its sockets: they answer at once, and tell of every reconnection.
struct IntakeHistoryFeed: HistoryFeed, ~Copyable {
    private var intake: EventIntake
    private var epoch = 0
    private var hasBegun = false
    private let metrics: KVIndexerMetrics
    private let name: String
    private let ringCount: Int
    /// Batches applied since the engine's blocks were last forgotten.
    private var appliedCount: UInt64 = 0

    init(of cache: CacheID, _ engine: HistoryEngine, in context: FeedContext) {
        name = "engine \(cache.rank)"
        ringCount = engine.ringCount
        metrics = context.metrics
        intake = EventIntake(
            for: cache,
            named: name,
            canReplay: engine.ringCount > 0,
            in: context
        )
    }

    /// A shorter ring may have what was lost, and not what would prove that it is the same stream.
    var isComplete: Bool {
        let modes: [KVIndexerMetrics.KeyMode] = [.engineHash, .requestKey]
        return ringCount == HistoryEngine.wholeRing
            && intake.position.map { $0.number + 1 == appliedCount } ?? false
            && modes.contains { metrics.keyMode($0, of: name).value == 1 }
    }

    /// Without a replay nobody can tell a restarted engine whose numbers go on from one that has
    /// lost nothing.
    var isComparable: Bool { ringCount > 0 || epoch == 0 }

    mutating func receive(
        _ message: HistoryMessage,
        replay: (UInt64) -> [HistoryMessage]
    ) throws {
        if message.epoch < epoch { return }
        let (applied, restarts) = (metrics.batchesApplied.value, metrics.streamsStartedOver.value)
        defer {
            if metrics.streamsStartedOver.value > restarts { appliedCount = 0 }
            appliedCount += metrics.batchesApplied.value - applied
        }
        if message.epoch > epoch || !hasBegun {
            hasBegun = true
            epoch = message.epoch
            obey(intake.connected(), replay)
        }
        let nothing: [UInt8] = []
        obey(
            intake.receive(
                topic: nothing.span,
                number: message.number,
                payload: message.payload.span
            ),
            replay
        )
    }

    mutating func dropUncertain() { intake.dropUncertain() }

    consuming func end() { intake.end() }

    private mutating func obey(
        _ order: EventIntake.Order,
        _ replay: (UInt64) -> [HistoryMessage]
    ) {
        var order = order
        while case .beginReplay(let number) = order {
            order = .none
            let nothing: [UInt8] = []
            for message in replay(number) where order == .none {
                order = intake.receiveReplay(
                    topic: nothing.span,
                    number: message.number,
                    payload: message.payload.span
                )
            }
            if order == .none { order = intake.replayEnded() }
        }
    }
}
