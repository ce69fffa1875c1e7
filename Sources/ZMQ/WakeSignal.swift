internal import CZMQ
import Synchronization

/// Ends another thread's wait. Given once, it stays given.
///
/// Thread safety: any thread may signal, ask and wait.
package final class WakeSignal: Sendable {
    /// An eventfd, which a wait for messages can include.
    let descriptor: Int32
    private let signalled = Atomic<Bool>(false)

    package init() throws(ZMQError) {
        descriptor = try ZMQError.check(czmq_wake_open(), "eventfd")
    }

    deinit { close(descriptor) }

    package var isSignalled: Bool { signalled.load(ordering: .acquiring) }

    package func signal() {
        signalled.store(true, ordering: .releasing)
        czmq_wake_signal(descriptor)
    }

    /// Waits for the signal, at most that long. Returns whether it is given.
    @discardableResult
    package func wait(timeoutMilliseconds: Int) -> Bool {
        _ = czmq_wake_wait(descriptor, timeoutMilliseconds)
        return isSignalled
    }
}
