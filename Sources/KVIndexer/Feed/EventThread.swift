import Dispatch
import Domain
import Synchronization
import Threads
import ZMQ

/// What an event thread is told. A group is left when it is done.
enum EventCommand: Sendable {
    case follow(Publisher.Plan, address: String)
    case forget([UInt32], done: DispatchGroup)
    /// Follow all publishers that connect to this address.
    case listen(UInt32, address: String, makeID: @Sendable () -> UInt32)
    /// Who may be among them.
    case setMembers([Endpoint], restored: [CacheID: RestoredStream], done: DispatchGroup)
    case permitted(UInt32)
    case tellPositions(PositionsRequest)
    case stop
}

/// Commands on their way to an event thread. Thread safety: any thread may post.
final class EventMailbox: Sendable {
    let bell: Doorbell
    private let commands = Mutex<[EventCommand]>([])

    init() throws(ZMQError) { bell = try Doorbell() }

    func post(_ command: EventCommand) {
        commands.withLock { $0.append(command) }
        bell.ring()
    }

    /// Silences the bell first: what is posted after that rings again.
    func takeAll() -> [EventCommand] {
        bell.silence()
        return commands.withLock { commands in
            defer { commands = [] }
            return commands
        }
    }
}

/// Where the publishers of several event threads are. Thread safety: any thread may answer.
final class PositionsRequest: Sendable {
    private let positions = Mutex<[CacheID: [StreamPosition]]>([:])
    private let answers = DispatchGroup()

    init(answerCount: Int) { for _ in 0..<answerCount { answers.enter() } }

    func answer(_ publishers: some Sequence<Publisher>) {
        let known = publishers.compactMap { publisher in
            publisher.position.map { (publisher.plan.cache, $0) }
        }
        positions.withLock { positions in
            for (cache, position) in known { positions[cache, default: []].append(position) }
        }
        answers.leave()
    }

    /// Waits for all answers. A cache that several streams tell of has no one position.
    func wait() -> [CacheID: StreamPosition] {
        answers.wait()
        return positions.withLock { positions in
            positions.compactMapValues { $0.count == 1 ? $0.first : nil }
        }
    }
}

/// One of the threads that receive and apply events.
///
/// Thread safety: any thread may post.
final class EventThread: Sendable {
    private let mailbox: EventMailbox
    private let thread: OSThread

    init(
        zmq: ZMQContext,
        feed: FeedContext,
        permits: ReplayPermits,
        budget: HeldBudget,
        models: KnownModels
    ) throws {
        let mailbox = try EventMailbox()
        self.mailbox = mailbox
        thread = try OSThread(named: "kv-events") {
            do throws(ZMQError) {
                let context = LoopContext(
                    zmq: zmq,
                    feed: feed,
                    permits: permits,
                    budget: budget,
                    models: models,
                    poller: try SocketPoller.open(),
                    permitted: { mailbox.post(.permitted($0)) }
                )
                try EventLoop(context, mailbox: mailbox).run()
            } catch {
                // Our own descriptors are always good, so the system has none left to give.
                preconditionFailure("an event thread cannot wait: \(error)")
            }
        }
    }

    func post(_ command: EventCommand) { mailbox.post(command) }

    /// Ends the thread: what its publishers hold leaves the index. To be called once.
    func stop() { mailbox.post(.stop) }

    /// To be called once, after `stop`.
    func join() { thread.join() }
}
