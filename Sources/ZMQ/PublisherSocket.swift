internal import CZMQ

/// PUB: publishes numbered messages as an engine does, to whoever subscribes. Messages for
/// nobody are dropped. Belongs to the thread that opened it.
///
/// An XPUB socket underneath, because that tells when somebody has subscribed.
@safe package struct PublisherSocket: ~Copyable {
    private let socket: SocketHandle

    /// Binds to `address`. Port 0 or `*` takes any free port, which `address()` then tells.
    ///
    /// - Parameter sendQueueMessagesMax: Messages that wait for a slow subscriber; beyond it
    ///   they are dropped.
    package static func open(
        _ address: String,
        sendQueueMessagesMax: Int32 = 100_000,
        in context: ZMQContext
    ) throws(ZMQError) -> PublisherSocket {
        let socket = try SocketHandle.open(ZMQ_XPUB, in: context)
        try socket.set([
            ZMQ_LINGER: 0, ZMQ_SNDHWM: sendQueueMessagesMax, ZMQ_XPUB_VERBOSE: 1,
        ])
        try socket.bind(to: address)
        return PublisherSocket(socket: socket)
    }

    /// Publishes to whoever listens at `address`, as engines do that a central subscriber
    /// follows.
    package static func connect(
        to address: String,
        in context: ZMQContext
    ) throws(ZMQError) -> PublisherSocket {
        let socket = try SocketHandle.open(ZMQ_XPUB, in: context)
        try socket.set([ZMQ_LINGER: 0, ZMQ_XPUB_VERBOSE: 1])
        try socket.connect(to: address)
        return PublisherSocket(socket: socket)
    }

    private init(socket: consuming SocketHandle) { self.socket = socket }

    /// The address that subscribers connect to.
    package borrowing func address() throws(ZMQError) -> String { try socket.address() }

    package mutating func send(
        topic: Span<UInt8>,
        number: UInt64,
        payload: Span<UInt8>
    ) throws(ZMQError) {
        let number = BatchNumber.bytes(of: number)
        try socket.send(topic, hasMore: true)
        try socket.send(number.span, hasMore: true)
        try socket.send(payload, hasMore: false)
    }

    /// Sends a message of any parts. For trying what a subscriber makes of a malformed one.
    package mutating func send(parts: [[UInt8]]) throws(ZMQError) {
        for (index, part) in parts.enumerated() {
            try socket.send(part.span, hasMore: index + 1 < parts.count)
        }
    }

    /// Waits until somebody subscribes; what is sent afterwards reaches them. Returns whether
    /// that happened in time. A subscription is told once.
    package mutating func awaitSubscriber(timeoutMilliseconds: Int) throws(ZMQError) -> Bool {
        var message = zmq_msg_t()
        unsafe zmq_msg_init(&message)
        defer { unsafe zmq_msg_close(&message) }
        while true {
            var hasMore: Int32 = 0
            let result = unsafe czmq_receive(socket.pointer, &message, &hasMore)
            if result == -EAGAIN {
                guard try socket.wait(timeoutMilliseconds: timeoutMilliseconds) else {
                    return false
                }
                continue
            }
            try ZMQError.check(result, "receive")
            if unsafe zmq_msg_data(&message)?.load(as: UInt8.self) == 1 { return true }
        }
    }
}
