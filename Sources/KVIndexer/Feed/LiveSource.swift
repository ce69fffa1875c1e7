import Telemetry
import ZMQ

/// Takes the messages of a live socket. Belongs to the socket's thread.
protocol LiveReceiver: AnyObject {
    func receive(_ message: borrowing SubscriberSocket)
    /// The socket has a connection, for the first time or again.
    func connected()
    /// Follows a run of `receive`: what need not be done for each.
    func settle()
}

/// A live socket on its event thread, which is opened again whenever it fails. Belongs to that
/// thread.
final class LiveSource: Timed {
    private enum Deadline: Int, CaseIterable {
        case reopen
        /// libzmq should have said by then that it connects again.
        case giveUp
    }

    /// libzmq tells that it will connect again right after it has told that a connection ended.
    private static let reconnectGrace = Duration.seconds(1)

    let id: UInt32
    let receiver: any LiveReceiver
    private let name: String
    private let address: String
    /// Whether publishers connect to us.
    private let listens: Bool
    private let loop: LoopContext
    private var socket: SubscriberSocket?
    private var isNewlyConnected = false
    private var hasBeenConnected = false
    private var failureCount = 0
    private var deadlines = Deadlines(count: Deadline.allCases.count)
    var scheduledFor: ContinuousClock.Instant?

    init(
        id: UInt32,
        name: String,
        address: String,
        listens: Bool = false,
        receiver: any LiveReceiver,
        in loop: LoopContext
    ) {
        self.id = id
        self.name = name
        self.address = address
        self.listens = listens
        self.receiver = receiver
        self.loop = loop
        open()
    }

    var nextDeadline: ContinuousClock.Instant? { deadlines.earliest }

    func end() { close() }

    private func open() {
        do throws(ZMQError) {
            let socket = try openSocket()
            try loop.poller.add(socket.descriptor, token: LoopToken.live(id).rawValue)
            if let descriptor = socket.connectionDescriptor {
                try loop.poller.add(descriptor, token: LoopToken.connection(id).rawValue)
            }
            self.socket = consume socket
            loop.ready.insert(LoopToken.live(id).rawValue)
            loop.ready.insert(LoopToken.connection(id).rawValue)
        } catch {
            fail(error)
        }
    }

    private func openSocket() throws(ZMQError) -> SubscriberSocket {
        let config = loop.feed.config.events
        var options = config.subscriber
        options.topicPrefix = config.topicFilter ?? (listens ? "kv@" : "")
        return listens
            ? try SubscriberSocket.listen(at: address, options: options, in: loop.zmq)
            : try SubscriberSocket.open(address, options: options, in: loop.zmq)
    }

    private func fail(_ error: ZMQError) {
        let operation = error.call == "receive" ? "recv" : error.call
        loop.feed.metrics.socketErrors(of: name, during: operation).add()
        if failureCount == 0 {
            loop.feed.log.warning(
                "an event socket has failed and will be opened again",
                ["endpoint": name, "address": address, "reason": "\(error)"]
            )
        }
        close()
        let config = loop.feed.config.events
        let doublings = min(failureCount, 16)
        let wait = min(config.retryMilliseconds << doublings, config.retryMillisecondsMax)
        failureCount += 1
        deadlines[Deadline.reopen.rawValue] = loop.now + .milliseconds(wait)
    }

    private func close() {
        for index in Deadline.allCases { deadlines[index.rawValue] = nil }
        guard let socket = socket.take() else { return }
        for descriptor in [socket.descriptor, socket.connectionDescriptor ?? -1]
        where descriptor >= 0 {
            do throws(ZMQError) {
                try loop.poller.remove(descriptor)
            } catch {
                loop.feed.metrics.socketErrors(of: name, during: error.call).add()
            }
        }
    }

    /// Returns whether more may have arrived.
    func receive(_ turn: ReceiveTurn) -> Bool {
        guard var socket = socket.take() else { return false }
        var turn = turn
        do throws(ZMQError) {
            while !turn.isOver, let received = try socket.receive() {
                turn.take(socket.byteCount)
                switch received {
                case .message: receiver.receive(socket)
                case .malformed: loop.feed.metrics.messagesMalformed.add()
                }
            }
            self.socket = consume socket
        } catch {
            self.socket = consume socket
            fail(error)
        }
        if !turn.isOver, isNewlyConnected {
            isNewlyConnected = false
            receiver.connected()
        }
        receiver.settle()
        return turn.isOver
    }

    /// Looks at what has become of the connection.
    func receiveConnectionChanges() {
        do throws(ZMQError) {
            while let change = try socket?.connectionChange() ?? nil {
                switch change {
                case .ended:
                    deadlines[Deadline.giveUp.rawValue] = loop.now + LiveSource.reconnectGrace
                case .retried: deadlines[Deadline.giveUp.rawValue] = nil
                case .established:
                    deadlines[Deadline.giveUp.rawValue] = nil
                    failureCount = 0
                    if hasBeenConnected { loop.feed.metrics.reconnections(of: name).add() }
                    hasBeenConnected = true
                    // Only behind what has come from the connection before.
                    isNewlyConnected = true
                    loop.ready.insert(LoopToken.live(id).rawValue)
                }
            }
        } catch {
            fail(error)
        }
    }

    func fire() {
        for index in deadlines.takeDue(at: loop.now) {
            switch Deadline(rawValue: index) {
            case .reopen: open()
            case .giveUp: fail(ZMQError.connectionLost)
            case nil: break
            }
        }
    }
}
