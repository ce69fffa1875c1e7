import Dispatch
import Domain
import Glibc
import ZMQ

/// What an event thread does: waits for sockets, deadlines and commands, and sees to each in
/// turn. Belongs to that thread.
final class EventLoop {
    /// Turns that follow each other sooner than this are of an engine that publishes much.
    private static let busyInterval = Duration.milliseconds(1)
    /// Then messages are let gather for so long: to be woken for each costs more than to apply it.
    private static let gatheringMicroseconds: UInt32 = 500

    private let context: LoopContext
    private let mailbox: EventMailbox
    private var sources: [UInt32: LiveSource] = [:]
    private var central: CentralPublishers?
    private var isStopped = false
    /// Reused from turn to turn.
    private var arrived: [UInt64] = []
    private var turn: Set<UInt64> = []
    private var lastTurn = ContinuousClock.now
    /// Whether the last turn ended before there was nothing more to receive.
    private var hasLeftovers = false

    init(_ context: LoopContext, mailbox: EventMailbox) {
        self.context = context
        self.mailbox = mailbox
    }

    func run() throws(ZMQError) {
        try context.poller.add(mailbox.bell.descriptor, token: LoopToken.bell.rawValue)
        while !isStopped {
            context.now = .now
            obeyCommands()
            while let thing = context.deadlines.popDue(at: context.now) {
                thing.fire()
                context.deadlines.schedule(thing)
            }
            gather()
            serve()
            try wait()
        }
        for source in sources.values { source.end() }
        for publisher in context.publishers.values { publisher.end() }
    }

    private func wait() throws(ZMQError) {
        arrived.removeAll(keepingCapacity: true)
        try context.poller.wait(timeoutMilliseconds: timeoutMilliseconds, into: &arrived)
        for token in arrived { context.ready.insert(token) }
    }

    private var timeoutMilliseconds: Int32 {
        if !context.ready.isEmpty || isStopped { return 0 }
        guard let next = context.deadlines.next else { return -1 }
        let (seconds, attoseconds) = (next - .now).components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        // Rounded up: a wait that ends too soon is followed by another.
        return Int32(clamping: seconds * 1_000 + attoseconds / 1_000_000_000_000_000 + 1)
    }

    /// Before a turn that follows the one before closely, unless that one left something.
    private func gather() {
        guard !context.ready.isEmpty else { return }
        if !hasLeftovers, context.now - lastTurn < EventLoop.busyInterval {
            usleep(EventLoop.gatheringMicroseconds)
        }
        lastTurn = context.now
    }

    /// Serves each once. Those that have more come again with the next turn.
    private func serve() {
        swap(&turn, &context.ready)
        for token in turn where serve(LoopToken(rawValue: token)) { context.ready.insert(token) }
        hasLeftovers = !context.ready.isEmpty
        turn.removeAll(keepingCapacity: true)
    }

    /// Returns whether more may have arrived.
    private func serve(_ token: LoopToken) -> Bool {
        switch token {
        case .bell: return false
        case .live(let id):
            guard let source = sources[id] else { return false }
            defer { context.deadlines.schedule(source) }
            return source.receive(ReceiveTurn())
        case .connection(let id):
            guard let source = sources[id] else { return false }
            source.receiveConnectionChanges()
            context.deadlines.schedule(source)
            return false
        case .replay(let id):
            return context.publishers[id]?.receiveReplay(ReceiveTurn()) ?? false
        }
    }

    private func obeyCommands() {
        for command in mailbox.takeAll() {
            switch command {
            case .follow(let plan, let address): follow(plan, at: address)
            case .listen(let id, let address, let makeID):
                listen(id, at: address, makeID: makeID)
            case .forget(let ids, let done):
                for id in ids { forget(id) }
                done.leave()
            case .setMembers(let endpoints, let restored, let done):
                central?.setMembers(endpoints, restored: restored)
                done.leave()
            case .permitted(let id):
                if let publisher = context.publishers[id] {
                    publisher.permitted()
                } else {
                    context.permits.giveBack()
                }
            case .tellPositions(let request): request.answer(context.publishers.values)
            case .tellEngineKeys(let request): request.answer(context.publishers.values)
            case .stop: isStopped = true
            }
        }
    }

    private func follow(_ plan: Publisher.Plan, at address: String) {
        let publisher = Publisher(plan, in: context)
        context.publishers[plan.id] = publisher
        add(
            LiveSource(
                id: plan.id,
                name: plan.name,
                address: address,
                receiver: publisher,
                in: context
            )
        )
    }

    private func listen(_ id: UInt32, at address: String, makeID: @escaping () -> UInt32) {
        let central = CentralPublishers(makeID: makeID, in: context)
        self.central = central
        add(
            LiveSource(
                id: id,
                name: "central",
                address: address,
                listens: true,
                receiver: central,
                in: context
            )
        )
    }

    private func add(_ source: LiveSource) {
        sources[source.id] = source
        context.deadlines.schedule(source)
    }

    private func forget(_ id: UInt32) {
        sources.removeValue(forKey: id)?.end()
        context.publishers.removeValue(forKey: id)?.end()
    }
}
