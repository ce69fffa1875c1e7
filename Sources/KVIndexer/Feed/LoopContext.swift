import ZMQ

/// What a descriptor at an event thread's poller belongs to.
enum LoopToken: Equatable {
    case bell
    case live(UInt32)
    case connection(UInt32)
    case replay(UInt32)

    var rawValue: UInt64 {
        switch self {
        case .bell: 0
        case .live(let id): UInt64(id) << 2 | 1
        case .connection(let id): UInt64(id) << 2 | 2
        case .replay(let id): UInt64(id) << 2 | 3
        }
    }

    init(rawValue: UInt64) {
        let id = UInt32(truncatingIfNeeded: rawValue >> 2)
        switch rawValue & 3 {
        case 1: self = .live(id)
        case 2: self = .connection(id)
        case 3: self = .replay(id)
        default: self = .bell
        }
    }
}

/// What everything on one event thread shares. Belongs to that thread.
final class LoopContext {
    let zmq: ZMQContext
    let feed: FeedContext
    let permits: ReplayPermits
    let budget: HeldBudget
    let models: KnownModels
    /// Comes from any thread when a publisher that waits for a replay permit has one.
    let permitted: @Sendable (UInt32) -> Void
    var poller: SocketPoller
    var deadlines = DeadlineQueue()
    /// By the ID that their replay sockets' tokens have.
    var publishers: [UInt32: Publisher] = [:]
    /// Tokens of what has to be looked after before the thread waits.
    var ready: Set<UInt64> = []
    /// The time of this turn: everything that it does happens at once.
    var now = ContinuousClock.now

    init(
        zmq: ZMQContext,
        feed: FeedContext,
        permits: ReplayPermits,
        budget: HeldBudget,
        models: KnownModels,
        poller: consuming SocketPoller,
        permitted: @escaping @Sendable (UInt32) -> Void
    ) {
        self.zmq = zmq
        self.feed = feed
        self.permits = permits
        self.budget = budget
        self.models = models
        self.poller = poller
        self.permitted = permitted
    }
}
