import Glibc
import Synchronization

/// An OS thread for a socket's blocking loop, which must not run on Swift's cooperative pool.
///
/// Thread safety: any thread but itself may join it; it must be joined exactly once.
package final class SocketThread: Sendable {
    /// Taken out by `join`.
    private let thread: Mutex<pthread_t?>

    /// Runs `body` on a thread of its own.
    package init(_ body: @escaping @Sendable () -> Void) throws(ZMQError) {
        var thread = pthread_t()
        let work = unsafe Work(body).intoArgument()
        let result = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Work.claim(argument).body()
                return nil
            },
            work
        )
        guard result == 0 else {
            // A thread that did not start never takes its work.
            _ = unsafe Work.claim(work)
            throw ZMQError(errno: result, call: "pthread_create")
        }
        self.thread = Mutex(thread)
    }

    /// Waits until the body has returned.
    package func join() {
        let thread = thread.withLock { $0.take() }
        guard let thread else { preconditionFailure("a thread is joined once") }
        _ = pthread_join(thread, nil)
    }

    /// What a thread runs. C holds it as the thread's argument: one `intoArgument`, one `claim`,
    /// by the thread or, if none started, by who tried to start it.
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }

        func intoArgument() -> UnsafeMutableRawPointer {
            unsafe Unmanaged.passRetained(self).toOpaque()
        }

        static func claim(_ argument: UnsafeMutableRawPointer) -> Work {
            unsafe Unmanaged.fromOpaque(argument).takeRetainedValue()
        }
    }
}
