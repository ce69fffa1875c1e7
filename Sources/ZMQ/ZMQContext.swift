internal import CZMQ

/// libzmq's I/O threads. Every socket retains its context, so the context goes last.
///
/// `@unchecked Sendable`: contexts are thread-safe (zmq_ctx_new(3)), and `handle` never changes.
/// Sockets are not thread-safe, and are not `Sendable`.
@safe package final class ZMQContext: @unchecked Sendable {
    let handle: UnsafeMutableRawPointer

    /// - Parameters:
    ///   - ioThreadCount: One serves about a gigabyte of events a second.
    ///   - socketsMax: Sockets that may be open at once; libzmq's own default is 1023.
    package init(ioThreadCount: Int32 = 1, socketsMax: Int32 = 32_768) throws(ZMQError) {
        unsafe handle = try ZMQContext.open()
        try unsafe ZMQError.check(
            czmq_context_set(handle, ZMQ_IO_THREADS, ioThreadCount),
            "set I/O threads"
        )
        try unsafe ZMQError.check(
            czmq_context_set(handle, ZMQ_MAX_SOCKETS, socketsMax),
            "set most sockets"
        )
    }

    deinit { unsafe zmq_ctx_term(handle) }  // waits until every socket is closed

    private static func open() throws(ZMQError) -> UnsafeMutableRawPointer {
        var context: UnsafeMutableRawPointer?
        let result = unsafe czmq_context(&context)
        guard let context = unsafe context else { throw ZMQError(errno: -result, call: "context") }
        return unsafe context
    }
}
