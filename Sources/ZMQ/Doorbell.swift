internal import CZMQ

/// Wakes a thread that waits at a `SocketPoller`. Rung more than once before it is silenced, it
/// wakes once.
///
/// Thread safety: any thread may ring and silence.
package final class Doorbell: Sendable {
    /// Readable from the ring until it is silenced.
    package let descriptor: Int32

    package init() throws(ZMQError) {
        descriptor = try ZMQError.check(czmq_bell_open(), "eventfd")
    }

    deinit { close(descriptor) }

    package func ring() { czmq_bell_ring(descriptor) }
    package func silence() { czmq_bell_silence(descriptor) }
}
