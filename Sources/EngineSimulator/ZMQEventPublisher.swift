import Synchronization
import Telemetry
import ZMQ

/// Publishes over ZeroMQ: three frames, the topic, the number and the payload. What was published
/// can be asked for again.
///
/// Thread safety: any thread may publish. The socket moves between them under a lock, which is
/// the full fence that libzmq asks for (zmq_socket(3)).
final class ZMQEventPublisher: EventPublisher {
    private let socket: Mutex<PublisherSocket>
    private let replay: ReplayServer
    private let topic: [UInt8]
    private let log: Log
    /// Where subscribers connect, the host aside.
    let port: String

    private init(
        owning socket: consuming sending PublisherSocket,
        port: String,
        replay: ReplayServer,
        topic: String,
        log: Log
    ) {
        self.socket = Mutex(socket)
        self.replay = replay
        self.port = port
        self.topic = Array(topic.utf8)
        self.log = log
    }

    static func open(
        port: Int,
        replayPort: Int,
        topic: String,
        in context: ZMQContext,
        log: Log
    ) throws -> ZMQEventPublisher {
        let socket = try PublisherSocket.open("tcp://*:\(port)", in: context)
        let port = try socket.address().split(separator: ":").last.map(String.init) ?? ""
        let replay = try ReplayServer(port: replayPort, topic: topic, in: context, log: log)
        return ZMQEventPublisher(
            owning: socket,
            port: port,
            replay: replay,
            topic: topic,
            log: log
        )
    }

    /// Where askers connect, the host aside.
    var replayPort: String { replay.port }

    /// A failure is logged and the batch lost to subscribers, as from a real engine: its number is
    /// missing. It can be asked for.
    func publish(number: UInt64, payload: [UInt8]) {
        // First: who has received a batch can ask for it.
        replay.append(payload)
        do {
            try socket.withLock { socket throws(ZMQError) in
                let (topic, payload) = (topic, payload)  // a capture has no span
                try socket.send(topic: topic.span, number: number, payload: payload.span)
            }
        } catch {
            log.error("a batch of events is lost", ["number": "\(number)", "reason": "\(error)"])
        }
    }
}
