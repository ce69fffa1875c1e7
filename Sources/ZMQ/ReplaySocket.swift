internal import CZMQ

/// DEALER: asks one publisher for batches that it has published before. Belongs to the thread
/// that opened it.
///
/// The protocol is vLLM's: a request is an empty part and a number; the answer is every batch
/// from that number on that the publisher still has, then an end mark. Before vLLM 0.26 batches
/// come without their topic.
///
/// The parts of the last batch are read in place; they last until the next `receive`.
@safe package struct ReplaySocket: ~Copyable {
    package enum Received: Equatable, Sendable {
        /// `topic`, `number` and `payload` have changed.
        case batch
        /// Everything has come that was asked for.
        case end
        /// Not of the protocol; discarded.
        case malformed
    }

    /// The empty part, the topic, the number and the payload.
    private static let partCountMax = 4
    private static let endNumber = UInt64.max

    private let socket: SocketHandle
    private var parts = MessageParts(countMax: ReplaySocket.partCountMax)
    private var partCount = 0

    /// Readable when a batch may have arrived: see `SocketPoller`.
    package let descriptor: Int32

    /// Connects to `address`. The peer need not be there yet.
    ///
    /// - Parameter options: For its limits and pauses; a DEALER knows no topics.
    package static func open(
        _ address: String,
        options: SubscriberOptions = SubscriberOptions(),
        in context: ZMQContext
    ) throws(ZMQError) -> ReplaySocket {
        let socket = try SocketHandle.open(ZMQ_DEALER, options, in: context)
        try socket.connect(to: address)
        let descriptor = try socket.descriptor()
        return ReplaySocket(socket: socket, descriptor: descriptor)
    }

    private init(socket: consuming SocketHandle, descriptor: Int32) {
        self.socket = socket
        self.descriptor = descriptor
    }

    /// Asks for all batches from this number on. Goes out once there is a connection.
    package mutating func request(from number: UInt64) throws(ZMQError) {
        let (delimiter, number) = ([UInt8](), BatchNumber.bytes(of: number))
        try socket.send(delimiter.span, hasMore: true)
        try socket.send(number.span, hasMore: false)
    }

    /// Asks with any parts. For trying what a server makes of malformed ones.
    package mutating func send(parts: [[UInt8]]) throws(ZMQError) {
        for (index, part) in parts.enumerated() {
            try socket.send(part.span, hasMore: index + 1 < parts.count)
        }
    }

    /// Takes an answer that has arrived; nil if there is none. Does not wait.
    package mutating func receive() throws(ZMQError) -> Received? {
        guard let count = try parts.receive(from: socket) else { return nil }
        partCount = count
        guard (3...ReplaySocket.partCountMax).contains(count), parts.bytes(of: 0).isEmpty,
            let number
        else { return .malformed }
        return number == ReplaySocket.endNumber || payload.isEmpty ? .end : .batch
    }

    /// The size of the last message, be it malformed.
    package var byteCount: Int { parts.byteCount }

    /// Waits for the next answer. Returns nil if the time is over.
    package mutating func receive(timeoutMilliseconds: Int) throws(ZMQError) -> Received? {
        while true {
            if let received = try receive() { return received }
            guard try socket.wait(timeoutMilliseconds: timeoutMilliseconds) else { return nil }
        }
    }

    /// Whether the last batch came with its topic.
    package var hasTopic: Bool { partCount == ReplaySocket.partCountMax }

    /// Empty if the batch came without.
    package var topic: Span<UInt8> {
        @_lifetime(borrow self) borrowing get { parts.bytes(of: hasTopic ? 1 : 0) }
    }

    package var payload: Span<UInt8> {
        @_lifetime(borrow self) borrowing get { parts.bytes(of: hasTopic ? 3 : 2) }
    }

    /// The batch's number; nil if it is not one of 64 bits.
    package var number: UInt64? { BatchNumber.decode(parts.bytes(of: hasTopic ? 2 : 1)) }
}
