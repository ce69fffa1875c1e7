internal import CZMQ

/// One libzmq socket: opened once, closed when its owner goes. Belongs to the thread that
/// opened it.
@safe struct SocketHandle: ~Copyable {
    private static let addressBytesMax = 256

    let pointer: UnsafeMutableRawPointer
    private let context: ZMQContext

    /// Takes `pointer` over. Cannot throw, so from here on every failure closes the socket.
    private init(owning pointer: UnsafeMutableRawPointer, in context: ZMQContext) {
        unsafe self.pointer = pointer
        self.context = context
    }

    deinit { unsafe zmq_close(pointer) }

    static func open(_ type: Int32, in context: ZMQContext) throws(ZMQError) -> SocketHandle {
        var socket: UnsafeMutableRawPointer?
        let result = unsafe czmq_socket(context.handle, type, &socket)
        guard let socket = unsafe socket else { throw ZMQError(errno: -result, call: "socket") }
        return unsafe SocketHandle(owning: socket, in: context)
    }

    /// A socket that receives: it connects, and holds what arrives, as the options say.
    static func open(
        _ type: Int32,
        _ options: SubscriberOptions,
        in context: ZMQContext
    ) throws(ZMQError) -> SocketHandle {
        let socket = try SocketHandle.open(type, in: context)
        try socket.set([
            ZMQ_LINGER: 0,
            ZMQ_IPV6: 1,
            ZMQ_RCVHWM: options.receiveQueueMessagesMax,
            ZMQ_RECONNECT_IVL: options.reconnectMilliseconds,
            ZMQ_RECONNECT_IVL_MAX: options.reconnectMillisecondsMax,
            ZMQ_HEARTBEAT_IVL: options.heartbeatMilliseconds,
        ])
        try socket.limitMessages(toBytes: options.messageBytesMax)
        return socket
    }

    borrowing func set(_ options: KeyValuePairs<Int32, Int32>) throws(ZMQError) {
        for (option, value) in options {
            try ZMQError.check(unsafe czmq_set_int(pointer, option, value), "set option")
        }
    }

    /// A peer that sends a larger message loses its connection.
    borrowing func limitMessages(toBytes bytesMax: Int64) throws(ZMQError) {
        try ZMQError.check(
            unsafe czmq_set_int64(pointer, ZMQ_MAXMSGSIZE, bytesMax),
            "set option"
        )
    }

    borrowing func connect(to address: String) throws(ZMQError) {
        try ZMQError.check(unsafe czmq_connect(pointer, address), "connect")
    }

    borrowing func bind(to address: String) throws(ZMQError) {
        try ZMQError.check(unsafe czmq_bind(pointer, address), "bind")
    }

    /// What the socket was bound to: with the port's number, if the system chose it.
    borrowing func address() throws(ZMQError) -> String {
        var bytes = [CChar](repeating: 0, count: SocketHandle.addressBytesMax)
        let result = unsafe czmq_last_endpoint(pointer, &bytes, bytes.count)
        try ZMQError.check(result, "last endpoint")
        return String(
            decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)),
            as: UTF8.self
        )
    }

    borrowing func descriptor() throws(ZMQError) -> Int32 {
        try ZMQError.check(unsafe czmq_descriptor(pointer), "descriptor")
    }

    /// Waits until a message has arrived, without a limit if the time is negative. Returns
    /// whether to look for one.
    borrowing func wait(timeoutMilliseconds: Int) throws(ZMQError) -> Bool {
        try ZMQError.check(unsafe czmq_wait(pointer, timeoutMilliseconds), "wait") > 0
    }

    borrowing func send(_ part: Span<UInt8>, hasMore: Bool) throws(ZMQError) {
        let result = unsafe part.withUnsafeBufferPointer { bytes in
            unsafe czmq_send(
                pointer,
                bytes.baseAddress,
                bytes.count,
                ZMQ_DONTWAIT | (hasMore ? ZMQ_SNDMORE : 0)
            )
        }
        try ZMQError.check(result, "send")
    }
}
