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

    private let handle: UnsafeMutableRawPointer
    private let context: ZMQContext
    private var connection: ConnectionMonitor
    /// On the heap because libzmq may keep small contents inside `zmq_msg_t`, at its address.
    private let parts: UnsafeMutablePointer<zmq_msg_t>

    /// Takes `handle` over. Cannot throw, so from here on every failure closes the socket.
    private init(
        owning handle: UnsafeMutableRawPointer,
        watchedBy connection: consuming ConnectionMonitor,
        in context: ZMQContext
    ) {
        unsafe self.handle = handle
        self.connection = connection
        self.context = context
        unsafe parts = .allocate(capacity: SubscriberSocket.partCount)
        for part in 0..<SubscriberSocket.partCount { unsafe zmq_msg_init(parts + part) }
    }

    deinit {
        for part in 0..<SubscriberSocket.partCount { unsafe zmq_msg_close(parts + part) }
        unsafe parts.deallocate()
        unsafe zmq_close(handle)
    }

    /// Connects to `address`. The peer need not be there yet.
    package static func open(
        _ address: String,
        options: SubscriberOptions = SubscriberOptions(),
        in context: ZMQContext
    ) throws(ZMQError) -> SubscriberSocket {
        let handle = try unsafe context.openSocket(ZMQ_SUB)
        let connection: ConnectionMonitor
        do throws(ZMQError) {
            connection = try unsafe ConnectionMonitor.open(watching: handle, in: context)
        } catch {
            unsafe zmq_close(handle)
            throw error
        }
        let socket = unsafe SubscriberSocket(owning: handle, watchedBy: connection, in: context)
        try socket.apply(options)
        try ZMQError.check(unsafe czmq_connect(handle, address), "connect")
        return socket
    }

    private borrowing func apply(_ options: SubscriberOptions) throws(ZMQError) {
        let settings = [
            (ZMQ_LINGER, 0),
            (ZMQ_RCVHWM, options.receiveQueueMessagesMax),
            (ZMQ_RECONNECT_IVL, options.reconnectMilliseconds),
            (ZMQ_RECONNECT_IVL_MAX, options.reconnectMillisecondsMax),
            (ZMQ_HEARTBEAT_IVL, options.heartbeatMilliseconds),
            (ZMQ_IPV6, 1),
        ]
        for (option, value) in settings {
            try ZMQError.check(unsafe czmq_set_int(handle, option, value), "set option")
        }
        try ZMQError.check(
            unsafe czmq_set_int64(handle, ZMQ_MAXMSGSIZE, options.messageBytesMax),
            "set the largest message"
        )
        var prefix = options.topicPrefix
        let subscribed = prefix.withUTF8 { unsafe czmq_subscribe(handle, $0.baseAddress, $0.count) }
        try ZMQError.check(subscribed, "subscribe")
    }

    /// Waits for the next message, at most that long; without a limit if it is negative. A
    /// signal ends the wait at once, and goes before messages that have already arrived.
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
                handle,
                connection.handle,
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
            let result = unsafe czmq_receive(handle, parts + slot, &hasMore)
            if partCount == 0, result == -EAGAIN { return nil }
            try ZMQError.check(result, "receive")
            partCount += 1
        }
        return partCount == SubscriberSocket.partCount ? .message : .malformed
    }

    package var topic: Span<UInt8> { @_lifetime(borrow self) borrowing get { part(0) } }
    package var payload: Span<UInt8> { @_lifetime(borrow self) borrowing get { part(2) } }

    /// The message's number; nil if it is not one of 64 bits.
    package var number: UInt64? {
        let bytes = part(1)
        guard bytes.count == 8 else { return nil }
        var number: UInt64 = 0
        for index in bytes.indices { number = number << 8 | UInt64(bytes[index]) }
        return number
    }

    @_lifetime(borrow self)
    private borrowing func part(_ index: Int) -> Span<UInt8> {
        let message = unsafe parts + index
        let start = unsafe zmq_msg_data(message)?.assumingMemoryBound(to: UInt8.self)
        let bytes = unsafe UnsafeBufferPointer(start: start, count: zmq_msg_size(message))
        return unsafe _overrideLifetime(bytes.span, borrowing: self)
    }
}
