internal import CZMQ

/// SUB: the live event stream of one publisher, in messages of three parts: topic, number,
/// payload. Reconnects by itself. Belongs to the thread that opened it.
///
/// The parts of the last message are read in place; they last until the next `receive`.
@safe package struct SubscriberSocket: ~Copyable {
    package enum Received: Equatable, Sendable {
        /// `topic`, `number` and `payload` have changed.
        case message
        /// A message with another number of parts, which was discarded.
        case malformed
        case timedOut
        case woken
    }

    private static let partCount = 3
    /// libzmq tells that it will connect again right after it has told that a connection ended.
    private static let reconnectGraceMilliseconds = 1_000

    private let socket: SocketHandle
    private var connection: ConnectionMonitor
    private let parts: MessageParts

    /// Connects to `address`. The peer need not be there yet.
    package static func open(
        _ address: String,
        options: SubscriberOptions = SubscriberOptions(),
        in context: ZMQContext
    ) throws(ZMQError) -> SubscriberSocket {
        let socket = try SocketHandle.open(ZMQ_SUB, in: context)
        try apply(options, to: socket)
        let connection = try ConnectionMonitor.open(watching: socket, in: context)
        try ZMQError.check(unsafe czmq_connect(socket.pointer, address), "connect")
        return SubscriberSocket(socket: socket, connection: connection)
    }

    private init(socket: consuming SocketHandle, connection: consuming ConnectionMonitor) {
        self.socket = socket
        self.connection = connection
        parts = MessageParts(count: SubscriberSocket.partCount)
    }

    private static func apply(
        _ options: SubscriberOptions,
        to socket: borrowing SocketHandle
    ) throws(ZMQError) {
        try socket.set([
            ZMQ_LINGER: 0,
            ZMQ_IPV6: 1,
            ZMQ_RCVHWM: options.receiveQueueMessagesMax,
            ZMQ_RECONNECT_IVL: options.reconnectMilliseconds,
            ZMQ_RECONNECT_IVL_MAX: options.reconnectMillisecondsMax,
            ZMQ_HEARTBEAT_IVL: options.heartbeatMilliseconds,
        ])
        let limited = unsafe czmq_set_int64(
            socket.pointer,
            ZMQ_MAXMSGSIZE,
            options.messageBytesMax
        )
        try ZMQError.check(limited, "set option")
        let prefix = Array(options.topicPrefix.utf8)
        let subscribed = unsafe czmq_subscribe(socket.pointer, prefix, prefix.count)
        try ZMQError.check(subscribed, "subscribe")
    }

    /// Waits for the next message, without a limit if the timeout is negative; the time begins
    /// anew when the connection is lost or restored. A signal ends the wait at once, and goes
    /// before messages that have already arrived.
    ///
    /// - Throws: also when libzmq gives the connection up, as it does with a peer that breaks the
    ///   protocol or exceeds `messageBytesMax`. Nothing more arrives then: open another socket.
    package mutating func receive(
        timeoutMilliseconds: Int = -1,
        unless wake: WakeSignal? = nil
    ) throws(ZMQError) -> Received {
        while true {
            if let wake, wake.isSignalled { return .woken }
            if let received = try receiveArrived() { return received }
            let isLost = try connection.isLost()
            let ready = unsafe czmq_wait(
                socket.pointer,
                connection.events.pointer,
                wake?.descriptor ?? -1,
                isLost ? SubscriberSocket.reconnectGraceMilliseconds : timeoutMilliseconds
            )
            try ZMQError.check(ready, "wait")
            if ready > 0 { continue }
            if isLost { throw ZMQError(errno: ECONNRESET, call: "receive") }
            if timeoutMilliseconds >= 0 { return .timedOut }
        }
    }

    /// Takes a message that has arrived, or returns nil. libzmq hands a message over whole: once
    /// its first part is there, the others are too.
    private mutating func receiveArrived() throws(ZMQError) -> Received? {
        var partCount = 0
        var hasMore: Int32 = 1
        while hasMore != 0 {
            let slot = min(partCount, SubscriberSocket.partCount - 1)
            let result = unsafe czmq_receive(socket.pointer, parts[slot], &hasMore)
            if partCount == 0, result == -EAGAIN { return nil }
            try ZMQError.check(result, "receive")
            partCount += 1
        }
        return partCount == SubscriberSocket.partCount ? .message : .malformed
    }

    package var topic: Span<UInt8> { @_lifetime(borrow self) borrowing get { parts.bytes(of: 0) } }
    package var payload: Span<UInt8> {
        @_lifetime(borrow self) borrowing get { parts.bytes(of: 2) }
    }

    /// The message's number; nil if it is not one of 64 bits.
    package var number: UInt64? {
        let bytes = parts.bytes(of: 1)
        guard bytes.count == 8 else { return nil }
        var number: UInt64 = 0
        for index in bytes.indices { number = number << 8 | UInt64(bytes[index]) }
        return number
    }
}
