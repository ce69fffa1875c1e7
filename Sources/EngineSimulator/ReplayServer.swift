import Synchronization
import Telemetry
import Threads
import ZMQ

/// Sends batches again to those who ask, as vLLM's replay endpoint does, on a thread of its own.
///
/// Thread safety: any thread may append. The socket moves between threads under a lock, which is
/// the full fence that libzmq asks for (zmq_socket(3)). The thread ends with the server.
final class ReplayServer: Sendable {
    /// vLLM's `buffer_steps`.
    private static let batchesMax = 10_000

    /// What the thread has, too.
    private final class Shared: Sendable {
        let socket: Mutex<ReplayServerSocket>
        let ring = Mutex(ReplayRing(countMax: ReplayServer.batchesMax))
        let topic: [UInt8]
        let bell: Doorbell
        let isClosed = Atomic<Bool>(false)

        init(
            owning socket: consuming sending ReplayServerSocket,
            topic: [UInt8],
            bell: Doorbell
        ) {
            self.socket = Mutex(socket)
            self.topic = topic
            self.bell = bell
        }

        /// Answers whoever asks, until the server goes.
        func run(descriptor: Int32) throws(ZMQError) {
            var poller = try SocketPoller.open()
            var ready: [UInt64] = []
            try poller.add(bell.descriptor, token: 0)
            try poller.add(descriptor, token: 1)
            while !isClosed.load(ordering: .acquiring) {
                try socket.withLock { socket throws(ZMQError) in try answer(&socket) }
                ready.removeAll()
                try poller.wait(timeoutMilliseconds: -1, into: &ready)
            }
            try poller.remove(descriptor)
        }

        private func answer(_ socket: inout ReplayServerSocket) throws(ZMQError) {
            while let number = try socket.receive() {
                for batch in ring.withLock({ $0.batches(from: number) }) {
                    let (topic, payload) = (topic, batch.payload)
                    try socket.send(
                        topic: topic.span,
                        number: batch.number,
                        payload: payload.span
                    )
                }
                try socket.end()
            }
        }
    }

    private let shared: Shared
    private let thread: OSThread
    /// Where askers connect, the host aside.
    let port: String

    /// - Parameter port: 0 for any that is free.
    init(port: Int, topic: String, in context: ZMQContext, log: Log) throws {
        let socket = try ReplayServerSocket.open("tcp://*:\(port)", in: context)
        let descriptor = socket.descriptor
        self.port = try socket.address().split(separator: ":").last.map(String.init) ?? ""
        let shared = Shared(owning: socket, topic: Array(topic.utf8), bell: try Doorbell())
        self.shared = shared
        thread = try OSThread(named: "kv-replay") {
            do throws(ZMQError) {
                try shared.run(descriptor: descriptor)
            } catch {
                log.error("events are not replayed any more", ["reason": "\(error)"])
            }
        }
    }

    deinit {
        shared.isClosed.store(true, ordering: .releasing)
        shared.bell.ring()
        thread.join()
    }

    /// Takes the batch with the next number; the first one has 0.
    func append(_ payload: [UInt8]) { shared.ring.withLock { $0.append(payload) } }
}
