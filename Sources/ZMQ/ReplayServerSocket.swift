internal import CZMQ

/// ROUTER: answers those who ask for batches again, as an engine does. Belongs to the thread
/// that opened it.
@safe package struct ReplayServerSocket: ~Copyable {
    /// How answers look.
    package enum Shape: Sendable {
        /// vLLM before 0.26: number and payload.
        case withoutTopic
        /// Topic, number and payload.
        case withTopic
    }

    /// Who asks, an empty part, and a number.
    private static let partCount = 3
    private static let endNumber = UInt64.max

    private let socket: SocketHandle
    private let shape: Shape
    private var parts = MessageParts(countMax: ReplayServerSocket.partCount)

    /// Readable when a request may have arrived: see `SocketPoller`.
    package let descriptor: Int32

    /// Binds to `address`. Port 0 or `*` takes any free port, which `address()` then tells.
    ///
    /// - Parameter sendQueueMessagesMax: Answers that wait for a slow asker; beyond it they are
    ///   dropped. vLLM 0.33 has room for twice its buffer, older ones for 1,000.
    package static func open(
        _ address: String,
        shape: Shape = .withTopic,
        sendQueueMessagesMax: Int32 = 20_002,
        in context: ZMQContext
    ) throws(ZMQError) -> ReplayServerSocket {
        let socket = try SocketHandle.open(ZMQ_ROUTER, in: context)
        try socket.set([ZMQ_LINGER: 0, ZMQ_SNDHWM: sendQueueMessagesMax])
        try socket.bind(to: address)
        let descriptor = try socket.descriptor()
        return ReplayServerSocket(socket: socket, shape: shape, descriptor: descriptor)
    }

    private init(socket: consuming SocketHandle, shape: Shape, descriptor: Int32) {
        self.socket = socket
        self.shape = shape
        self.descriptor = descriptor
    }

    package borrowing func address() throws(ZMQError) -> String { try socket.address() }

    /// Takes a request that has arrived, and returns the number that it asks from; nil if there
    /// is none. `send` and `end` then answer whoever asked. What is no request is ignored.
    package mutating func receive() throws(ZMQError) -> UInt64? {
        while let count = try parts.receive(from: socket) {
            guard count == ReplayServerSocket.partCount, parts.bytes(of: 1).isEmpty,
                let number = BatchNumber.decode(parts.bytes(of: 2))
            else { continue }
            return number
        }
        return nil
    }

    /// Waits for the next request. Returns nil if the time is over.
    package mutating func receive(timeoutMilliseconds: Int) throws(ZMQError) -> UInt64? {
        while true {
            if let number = try receive() { return number }
            guard try socket.wait(timeoutMilliseconds: timeoutMilliseconds) else { return nil }
        }
    }

    package mutating func send(
        topic: Span<UInt8>,
        number: UInt64,
        payload: Span<UInt8>
    ) throws(ZMQError) {
        let (delimiter, number) = ([UInt8](), BatchNumber.bytes(of: number))
        try socket.send(parts.bytes(of: 0), hasMore: true)
        try socket.send(delimiter.span, hasMore: true)
        if shape == .withTopic { try socket.send(topic, hasMore: true) }
        try socket.send(number.span, hasMore: true)
        try socket.send(payload, hasMore: false)
    }

    /// Answers with any parts. For trying what an asker makes of malformed ones.
    package mutating func send(parts: [[UInt8]]) throws(ZMQError) {
        try socket.send(self.parts.bytes(of: 0), hasMore: !parts.isEmpty)
        for (index, part) in parts.enumerated() {
            try socket.send(part.span, hasMore: index + 1 < parts.count)
        }
    }

    /// Tells that nothing more will come.
    package mutating func end() throws(ZMQError) {
        let nothing: [UInt8] = []
        try send(topic: nothing.span, number: ReplayServerSocket.endNumber, payload: nothing.span)
    }
}
