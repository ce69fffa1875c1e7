internal import CZMQ

/// PUB: publishes numbered messages as an engine does, to whoever subscribes. Messages for
/// nobody are dropped. Belongs to the thread that opened it.
///
/// An XPUB socket underneath, because that tells when somebody has subscribed.
@safe package struct PublisherSocket: ~Copyable {
    private static let addressBytesMax = 256

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
        try ZMQError.check(unsafe czmq_bind(socket.pointer, address), "bind")
        return PublisherSocket(socket: socket)
    }

    private init(socket: consuming SocketHandle) { self.socket = socket }

    /// The address that subscribers connect to.
    package borrowing func address() throws(ZMQError) -> String {
        var bytes = [CChar](repeating: 0, count: PublisherSocket.addressBytesMax)
        let result = unsafe czmq_last_endpoint(socket.pointer, &bytes, bytes.count)
        try ZMQError.check(result, "last endpoint")
        return String(
            decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)),
            as: UTF8.self
        )
    }

    package mutating func send(
        topic: Span<UInt8>,
        number: UInt64,
        payload: Span<UInt8>
    ) throws(ZMQError) {
        try send(topic, flags: ZMQ_SNDMORE)
        let number = (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
        try send(number.span, flags: ZMQ_SNDMORE)
        try send(payload, flags: 0)
    }

    /// Sends a message of any parts. For trying what a subscriber makes of a malformed one.
    package mutating func send(parts: [[UInt8]]) throws(ZMQError) {
        for (index, part) in parts.enumerated() {
            try send(part.span, flags: index + 1 < parts.count ? ZMQ_SNDMORE : 0)
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
                let ready = unsafe czmq_wait(socket.pointer, nil, -1, timeoutMilliseconds)
                try ZMQError.check(ready, "wait")
                if ready == 0 { return false }
                continue
            }
            try ZMQError.check(result, "receive")
            if unsafe zmq_msg_data(&message)?.load(as: UInt8.self) == 1 { return true }
        }
    }

    private func send(_ part: Span<UInt8>, flags: Int32) throws(ZMQError) {
        let result = unsafe part.withUnsafeBufferPointer { bytes in
            unsafe czmq_send(socket.pointer, bytes.baseAddress, bytes.count, flags)
        }
        try ZMQError.check(result, "send")
    }
}
