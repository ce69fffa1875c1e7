internal import CThreads
import Glibc
import Synchronization

/// A thread of the operating system, for what blocks or keeps a core busy: on Swift's
/// cooperative threads either would hold up every other task.
///
/// Thread safety: may be joined from any thread but itself, at most once. A thread that nobody
/// joins ends by itself.
package final class OSThread: Sendable {
    /// Nil once it is joined.
    private let thread: Mutex<pthread_t?>

    /// Starts a thread that ends when `body` returns.
    ///
    /// - Parameter name: shown by `top` and debuggers, which cut it after 15 bytes.
    package init(
        named name: StaticString,
        _ body: @escaping @Sendable () -> Void
    ) throws(OSThreadError) {
        var thread = pthread_t()
        let work = unsafe Unmanaged.passRetained(Work(name: name, body: body))
        let code = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            work.toOpaque()
        )
        guard code == 0 else {
            unsafe work.release()  // a thread that did not start never takes its work
            throw OSThreadError(errno: code)
        }
        self.thread = Mutex(thread)
    }

    /// Starts a thread that nobody joins, and without which the process cannot go on: if the
    /// system has none to give, the process ends.
    package static func start(named name: StaticString, _ body: @escaping @Sendable () -> Void) {
        do {
            _ = try OSThread(named: name, body)
        } catch {
            preconditionFailure("the system refuses a thread: errno \(error.errno)")
        }
    }

    deinit {
        if let thread = thread.withLock({ $0.take() }) { pthread_detach(thread) }
    }

    /// Waits until the body has returned.
    package func join() {
        guard let thread = thread.withLock({ $0.take() }) else {
            preconditionFailure("a thread is joined once")
        }
        _ = pthread_join(thread, nil)
    }

    /// Whether the caller runs on this thread.
    package var isCurrent: Bool {
        thread.withLock { $0.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
    }

    /// What a thread runs. C holds it as the thread's argument.
    private final class Work: Sendable {
        private let name: StaticString
        private let body: @Sendable () -> Void

        init(name: StaticString, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }

        func run() {
            unsafe cthreads_set_name(name.utf8Start)
            body()
        }
    }
}

/// The system refused to start a thread.
package struct OSThreadError: Error, Equatable, Sendable {
    package let errno: Int32
}
