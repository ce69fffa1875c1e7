internal import CZMQ

/// Waits for many sockets at once, at a cost that does not grow with those that are idle.
/// Belongs to one thread.
///
/// A socket's descriptor becomes readable when something happens to the socket, and stays silent
/// about what was there before. So whoever is told of a socket receives from it until it has
/// nothing, and does so, too, after opening it and after sending on it.
@safe package struct SocketPoller: ~Copyable {
    private let descriptor: Int32
    private var tokens = [UInt64](repeating: 0, count: Int(CZMQ_POLLER_TOKENS_MAX))

    package static func open() throws(ZMQError) -> SocketPoller {
        SocketPoller(descriptor: try ZMQError.check(czmq_poller_open(), "epoll"))
    }

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// - Parameter token: What `wait` tells when the descriptor is readable.
    package func add(_ descriptor: Int32, token: UInt64) throws(ZMQError) {
        try ZMQError.check(czmq_poller_add(self.descriptor, descriptor, token), "epoll")
    }

    /// To be called before the descriptor's socket is closed.
    package func remove(_ descriptor: Int32) throws(ZMQError) {
        try ZMQError.check(czmq_poller_remove(self.descriptor, descriptor), "epoll")
    }

    /// Waits at most that long, without a limit if the time is negative. Adds the tokens of
    /// descriptors that are readable; the others come with the next calls.
    package mutating func wait(
        timeoutMilliseconds: Int32,
        into ready: inout [UInt64]
    ) throws(ZMQError) {
        let count = unsafe czmq_poller_wait(descriptor, &tokens, timeoutMilliseconds)
        try ZMQError.check(count, "epoll")
        ready += tokens.prefix(Int(count))
    }
}
