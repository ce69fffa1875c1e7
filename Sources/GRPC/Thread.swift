import CGRPC
import Glibc

/// Threads of the operating system, for what blocks.
enum Thread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread that nobody joins. `name` shows in `top` and debuggers: at most 15 bytes.
    static func start(named name: StaticString, _ run: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let body = unsafe Unmanaged.passRetained(
            Body {
                unsafe cgrpc_name_thread(name.utf8Start)
                run()
            }
        ).toOpaque()
        let status = unsafe pthread_create(
            &thread,
            nil,
            { body in
                guard let body = unsafe body else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run()
                return nil
            },
            body
        )
        precondition(status == 0, "the system has no thread to give")
        pthread_detach(thread)
    }
}
