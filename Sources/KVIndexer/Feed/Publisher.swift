import Domain
import Telemetry
import ZMQ

/// One publisher on its event thread: applies what comes, and runs its replays. Belongs to that
/// thread.
final class Publisher: Timed {
    /// What is known of it before it has said anything.
    struct Plan: Sendable {
        let id: UInt32
        let cache: CacheID
        let name: String
        /// Where it was connected to, if it was.
        var endpoint: Endpoint?
        var replayAddress: String?
        var restored: RestoredStream?
    }

    enum Deadline: Int, CaseIterable {
        case permit, replayIdle, replayEnd, cooldown, uncertain
    }

    enum Replay {
        case none
        /// For a permit. The number is where to begin.
        case waiting(from: UInt64)
        /// For a permit, while live batches are applied.
        case postponed
        case running
    }

    let plan: Plan
    let loop: LoopContext
    private let received: Counter
    private let lastMessageTime: Gauge
    /// Nil once it has ended.
    var intake: EventIntake?
    var replay = Replay.none
    var replaySocket: ReplaySocket?
    var lastReply: ContinuousClock.Instant
    var deadlines = Deadlines(count: Deadline.allCases.count)
    /// Messages since the last `settle`.
    private var newMessageCount: UInt64 = 0
    var scheduledFor: ContinuousClock.Instant?

    init(_ plan: Plan, in loop: LoopContext) {
        self.plan = plan
        self.loop = loop
        lastReply = loop.now
        received = loop.feed.metrics.messagesReceived(from: plan.name)
        lastMessageTime = loop.feed.metrics.lastMessageTime(from: plan.name)
        intake = EventIntake(
            for: plan.cache,
            named: plan.name,
            topic: StreamTopic(
                defaultModel: loop.feed.config.model,
                models: loop.models,
                expecting: plan.endpoint.map { .init(endpoint: $0, log: loop.feed.log) }
            ),
            canReplay: plan.replayAddress != nil,
            restored: plan.restored,
            budget: loop.budget,
            in: loop.feed
        )
        loop.feed.metrics.activeSubscribers.add(1)
        settle()
    }

    var config: ReplayConfig { loop.feed.config.events.replay }

    var position: StreamPosition? { intake?.position ?? nil }
    var canBeSaved: Bool { intake?.canBeSaved ?? false }
    var engineKeys: EngineKeysRequest.Keys { intake?.engineKeys ?? [] }
    var nextDeadline: ContinuousClock.Instant? { deadlines.earliest }

    /// Forgets everything about the cache.
    func end() {
        closeReplay()
        leavePermits()
        intake.take()?.end()
        loop.feed.metrics.activeSubscribers.add(-1)
    }

    func lostUnseen(_ count: UInt64) { intake?.lostUnseen(count) }

    func obey(_ order: EventIntake.Order) {
        switch order {
        case .none: return
        case .beginReplay(let number): beginReplay(from: number)
        case .endReplay: endReplay()
        }
    }
}

// MARK: Live messages

extension Publisher: LiveReceiver {
    func receive(_ message: borrowing SubscriberSocket) {
        newMessageCount += 1
        guard let number = message.number else {
            loop.feed.metrics.messagesMalformed.add()
            return
        }
        let order = intake?.receive(
            topic: message.topic,
            number: number,
            payload: message.payload
        )
        if let order, order != .none { obey(order) }
    }

    func connected() { obey(intake?.connected() ?? .none) }

    func settle() {
        if newMessageCount > 0 {
            received.add(newMessageCount)
            lastMessageTime.set(Int64(SystemTime.milliseconds() / 1_000))
            newMessageCount = 0
        }
        // Not put off when more becomes uncertain: what has been so for longest counts.
        let uncertain = Deadline.uncertain.rawValue
        if intake?.hasUncertain != true {
            deadlines[uncertain] = nil
        } else if deadlines[uncertain] == nil {
            deadlines[uncertain] = loop.now + .seconds(loop.feed.config.events.uncertainSeconds)
        }
        let cooldown = Deadline.cooldown.rawValue
        if case .postponed = replay {
            deadlines[cooldown] = nil
        } else if intake?.isCoolingDown == true, deadlines[cooldown] == nil {
            deadlines[cooldown] = loop.now + .milliseconds(config.cooldownMilliseconds)
        }
        loop.deadlines.schedule(self)
    }
}

// MARK: Time

extension Publisher {
    func fire() {
        for index in deadlines.takeDue(at: loop.now) {
            guard let deadline = Deadline(rawValue: index) else { continue }
            fire(deadline)
        }
        settle()
    }

    private func fire(_ deadline: Deadline) {
        switch deadline {
        case .permit: postponeReplay()
        case .replayIdle:
            guard replaySocket != nil else { return }
            guard loop.now - lastReply >= idleTime else {
                deadlines[deadline.rawValue] = lastReply + idleTime
                return
            }
            loop.feed.metrics.socketErrors(of: plan.name, during: "replay-no-progress").add()
            obey(intake?.replayStalled() ?? .none)
        case .replayEnd:
            loop.feed.metrics.socketErrors(of: plan.name, during: "replay-incomplete").add()
            obey(intake?.replayFailed() ?? .none)
        case .cooldown: obey(intake?.cooledDown() ?? .none)
        case .uncertain: intake?.dropUncertain()
        }
    }
}
