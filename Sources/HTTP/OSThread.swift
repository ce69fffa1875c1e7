internal import Glibc

/// Runs what blocks, off the cooperative pool.
enum OSThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread that ends when `run` returns. Nobody joins it: whoever must wait for its
    /// end lets `run` say so.
    static func start(_ run: @escaping @Sendable () -> Void) {
        let body = unsafe Unmanaged.passRetained(Body(run))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { body in
                if let body = unsafe body {
                    unsafe Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run()
                }
                return nil
            },
            body.toOpaque()
        )
        precondition(code == 0, "the system refuses another thread")
        pthread_detach(thread)
    }
}
