import Glibc
import Synchronization
import Threads
import ZMQ

/// An engine that publishes numbered batches over loopback, and replays them if asked to.
final class FeedEngine {
    /// What the replay thread needs.
    private final class Ring: Sendable {
        let batches = Mutex<[(number: UInt64, payload: [UInt8])]>([])
        let isClosed = Atomic<Bool>(false)
        let address = Mutex<String?>(nil)
        let requestCount = Atomic<Int>(0)
    }

    let topic: [UInt8]
    private let context: ZMQContext
    private var socket: PublisherSocket
    private let ring = Ring()
    private let replayThread: OSThread?
    /// The number of the next batch.
    private(set) var next: UInt64 = 0
    /// Makes payloads of different engines differ.
    private let epoch: UInt64

    /// - Parameters:
    ///   - connects: Whether it connects to a subscriber that listens at the address.
    ///   - replay: How it answers; nil if it has no replay endpoint.
    ///   - ringCount: Batches that it can replay.
    init(
        at address: String = "tcp://127.0.0.1:0",
        connects: Bool = false,
        topic: String = "kv@pod@model",
        replay: ReplayServerSocket.Shape? = nil,
        replayAddress: String = "tcp://127.0.0.1:0",
        ringCount: Int = 100_000,
        epoch: UInt64 = 1,
        in context: ZMQContext
    ) throws {
        self.topic = Array(topic.utf8)
        self.context = context
        self.epoch = epoch
        socket = try FeedEngine.retrying { () throws(ZMQError) in
            connects
                ? try PublisherSocket.connect(to: address, in: context)
                : try PublisherSocket.open(address, in: context)
        }
        guard let replay else {
            replayThread = nil
            return
        }
        let (ring, topic) = (ring, self.topic)
        replayThread = try OSThread(named: "replay") {
            do throws(ZMQError) {
                let server = try FeedEngine.retrying { () throws(ZMQError) in
                    try ReplayServerSocket.open(replayAddress, shape: replay, in: context)
                }
                try FeedEngine.serve(server, ring, topic, ringCount)
            } catch {
                ring.address.withLock { $0 = "\(error)" }
            }
        }
        while ring.address.withLock({ $0 == nil }) { usleep(1_000) }
    }

    deinit {
        ring.isClosed.store(true, ordering: .releasing)
        replayThread?.join()
    }

    /// A port may take a moment to be free: libzmq closes sockets on its own thread.
    private static func retrying<Socket: ~Copyable>(
        _ open: () throws(ZMQError) -> Socket
    ) throws(ZMQError) -> Socket {
        while true {
            do throws(ZMQError) {
                return try open()
            } catch {
                guard error.errno == EADDRINUSE else { throw error }
                usleep(1_000)
            }
        }
    }

    private static func serve(
        _ server: consuming ReplayServerSocket,
        _ ring: Ring,
        _ topic: [UInt8],
        _ ringCount: Int
    ) throws(ZMQError) {
        let address = try server.address()
        ring.address.withLock { $0 = address }
        while !ring.isClosed.load(ordering: .acquiring) {
            guard let first = try server.receive(timeoutMilliseconds: 5) else { continue }
            ring.requestCount.wrappingAdd(1, ordering: .relaxed)
            let batches = ring.batches.withLock { $0.suffix(ringCount) }
            for batch in batches where batch.number >= first {
                let payload = batch.payload
                try server.send(topic: topic.span, number: batch.number, payload: payload.span)
            }
            try server.end()
        }
    }

    func address() throws(ZMQError) -> String { try socket.address() }
    var replayAddress: String? { ring.address.withLock { $0 } }
    var requestCount: Int { ring.requestCount.load(ordering: .relaxed) }

    /// Returns whether somebody has subscribed in time.
    func awaitSubscriber() throws(ZMQError) -> Bool {
        try socket.awaitSubscriber(timeoutMilliseconds: 20_000)
    }

    /// - Parameter isLost: Whether it does not get through, but is in the buffer.
    func publish(isLost: Bool = false, rank: UInt8? = 0) throws(ZMQError) {
        let payload = FeedBatch.empty(epoch << 32 | next, rank: rank)
        ring.batches.withLock { $0.append((next, payload)) }
        defer { next += 1 }
        guard !isLost else { return }
        let topic = topic
        try socket.send(topic: topic.span, number: next, payload: payload.span)
    }

    /// Sends what no engine sends.
    func send(parts: [[UInt8]]) throws(ZMQError) { try socket.send(parts: parts) }
}

/// Asks again and again, until it is so or a long time has passed.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let start = ContinuousClock.now
    while try !condition() {
        if .now - start > .seconds(20) { return false }
        usleep(1_000)
    }
    return true
}
