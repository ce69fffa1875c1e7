internal import CZMQ

/// One libzmq socket: opened once, closed when its owner goes. Belongs to the thread that
/// opened it.
@safe struct SocketHandle: ~Copyable {
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

    borrowing func set(_ options: KeyValuePairs<Int32, Int32>) throws(ZMQError) {
        for (option, value) in options {
            try ZMQError.check(unsafe czmq_set_int(pointer, option, value), "set option")
        }
    }
}
