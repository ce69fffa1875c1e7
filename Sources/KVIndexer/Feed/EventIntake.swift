import BlockKeys
package import Domain
import KVEvents
import Telemetry

/// What happens to the messages of one publisher: number, decode, write, and recover what was
/// lost. Belongs to one thread, and knows nothing of sockets and clocks.
///
/// Whatever returns an order wants it obeyed before the next call.
package struct EventIntake: ~Copyable {
    /// What the publisher's sockets are to do.
    package enum Order: Equatable, Sendable {
        case none
        /// Begin a replay from this number on, in place of one that is running.
        case beginReplay(from: UInt64)
        case endReplay
    }

    private let metrics: KVIndexerMetrics
    private var state: PublisherState
    private var writer: IndexWriter
    private var topic: StreamTopic
    private var held: HeldBatches

    /// - Parameters:
    ///   - canReplay: Whether orders to begin a replay can be obeyed at all.
    ///   - restored: What a snapshot knew of this cache.
    package init(
        for cache: CacheID,
        named endpointName: String,
        canReplay: Bool = false,
        restored: RestoredStream? = nil,
        in context: FeedContext
    ) {
        self.init(
            for: cache,
            named: endpointName,
            topic: StreamTopic(defaultModel: context.config.model),
            canReplay: canReplay,
            restored: restored,
            budget: HeldBudget(bytesMax: .max),
            in: context
        )
    }

    init(
        for cache: CacheID,
        named endpointName: String,
        topic: StreamTopic,
        canReplay: Bool,
        restored: RestoredStream?,
        budget: HeldBudget,
        in context: FeedContext
    ) {
        metrics = context.metrics
        held = HeldBatches(
            bytesMax: context.config.events.replay.heldBytesMax,
            budget: budget
        )
        self.topic = topic
        state = PublisherState(
            canReplay: canReplay,
            // Several may publish for storage under one topic, each with its own numbers.
            isNumbered: cache != .shared,
            restored: restored?.position,
            attemptsMax: context.config.events.replay.attemptsMax
        )
        writer = IndexWriter(
            for: cache,
            named: endpointName,
            in: context,
            restored: restored?.blocks ?? .none
        )
    }

    /// The last batch applied; nil as long as nothing is known of the stream.
    package var position: StreamPosition? { state.last }
    /// Whether a snapshot can have all blocks of the cache.
    package var canBeSaved: Bool { writer.canBeSaved }
    /// The cache's blocks by the engine's hashes, where those are not the keys.
    package var engineKeys: [(hash: EngineBlockHash, key: BlockKey)] {
        var keys: [(hash: EngineBlockHash, key: BlockKey)] = []
        writer.forEachEngineKey { keys.append(($0, $1)) }
        return keys
    }
    package var hasUncertain: Bool { writer.hasUncertain }
    /// Whether a replay has failed, and `cooledDown` is wanted some time later.
    package var isCoolingDown: Bool { state.isCoolingDown }

    /// A message of the live socket.
    package mutating func receive(
        topic: Span<UInt8>,
        number: UInt64,
        payload: Span<UInt8>
    ) -> Order {
        let isFirst = !self.topic.hasCome
        self.topic.follow(topic)
        let batch = StreamPosition(number: number, payloadHash: Fingerprint.hash(payload))
        let verdict =
            isFirst && isUnderAnotherModel
            ? state.restarted(with: batch) : state.receivedLive(batch)
        if verdict == .apply {
            apply(payload)
            return .none
        }
        if verdict == .drop { metrics.batchesRepeated.add() }
        return obey(verdict, on: batch, payload)
    }

    /// A message of the replay socket.
    ///
    /// - Parameter topic: Empty if the message has none.
    package mutating func receiveReplay(
        topic: Span<UInt8>,
        number: UInt64,
        payload: Span<UInt8>
    ) -> Order {
        if !topic.isEmpty { self.topic.follow(topic) }
        let batch = StreamPosition(number: number, payloadHash: Fingerprint.hash(payload))
        let verdict = state.receivedReplay(batch)
        if verdict.batch == .apply { metrics.batchesReplayed.add() }
        return obey(verdict, on: batch, payload)
    }

    /// Whether what is known came without a topic, under a model that is not the topic's: all of
    /// it has to come again.
    private var isUnderAnotherModel: Bool {
        state.last != nil && !state.isRestored && topic.model != writer.model
    }

    package mutating func connected() -> Order { obey(state.connected()) }
    package mutating func replayEnded() -> Order { obey(state.replayEnded()) }
    /// Nothing has come for a while, or the replay socket has failed.
    package mutating func replayStalled() -> Order { obey(state.replayStalled()) }
    package mutating func replayFailed() -> Order { obey(state.replayFailed()) }
    /// The engine could not be asked in time. `cooledDown` is wanted as soon as it can be.
    package mutating func replayPostponed() -> Order { obey(state.replayPostponed()) }
    package mutating func cooledDown() -> Order { obey(state.cooledDown()) }

    /// Messages were lost before they came here, and no number tells of it.
    mutating func lostUnseen(_ count: UInt64) {
        metrics.gaps.add()
        metrics.batchesLost.add(count)
    }

    package mutating func dropUncertain() { writer.dropUncertain() }

    /// Forgets everything about the cache: nothing more will be received.
    package consuming func end() {
        held.removeAll()
        writer.end()
    }

    private mutating func obey(_ verdict: Verdict) -> Order {
        let nothing: [UInt8] = []
        return obey(verdict, on: StreamPosition(number: 0, payloadHash: 0), nothing.span)
    }

    private mutating func obey(
        _ verdict: Verdict,
        on batch: StreamPosition,
        _ payload: Span<UInt8>
    ) -> Order {
        prepare(for: verdict)
        if verdict.discardsHeld { held.removeAll() }
        switch verdict.batch {
        case .drop: break
        case .apply: apply(payload)
        case .hold: return hold(batch, payload, for: verdict.order)
        }
        return order(verdict.order)
    }

    private mutating func hold(
        _ batch: StreamPosition,
        _ payload: Span<UInt8>,
        for order: Verdict.Order
    ) -> Order {
        let mayFollow = held.append(
            HeldBatches.Batch(
                position: batch,
                model: topic.model,
                payload: payload.indices.map { payload[$0] }
            )
        )
        return mayFollow ? self.order(order) : replayFailed()
    }

    private mutating func order(_ order: Verdict.Order) -> Order {
        switch order {
        case .none: .none
        case .request(let number): .beginReplay(from: number)
        case .release: release()
        }
    }

    /// Applies what waits, as far as it follows what is known.
    private mutating func release() -> Order {
        while let batch = held.first {
            let verdict = state.released(batch.position)
            prepare(for: verdict)
            if verdict.batch == .hold { return order(verdict.order) }
            held.removeFirst()
            if verdict.batch == .apply {
                let payload = batch.payload
                apply(payload.span, model: batch.model)
            }
        }
        return .endReplay
    }

    private mutating func prepare(for verdict: Verdict) {
        if verdict.isGap { metrics.gaps.add() }
        if verdict.lostCount > 0 { metrics.batchesLost.add(verdict.lostCount) }
        if let outcome = verdict.outcome { metrics.ended(outcome) }
        switch verdict.knowledge {
        case .keep: break
        case .confirm: writer.confirmRestored()
        case .becomeUncertain: writer.becomeUncertain()
        case .startOver:
            metrics.streamsStartedOver.add()
            writer.startOver()
        }
    }

    /// Replayed batches may have no topic: until one comes, the model stays as it is.
    private mutating func apply(_ payload: Span<UInt8>) {
        apply(payload, model: topic.hasCome ? topic.model : writer.model)
    }

    private mutating func apply(_ payload: Span<UInt8>, model: String) {
        do throws(MessagePackError) {
            try writer.apply(payload, model: model, isRepeated: state.isRepeating)
            metrics.batchesApplied.add()
        } catch {
            metrics.batchesUndecodable.add()
            prepare(for: state.unreadable())
        }
    }
}
