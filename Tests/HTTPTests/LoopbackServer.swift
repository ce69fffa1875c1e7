import HTTP

/// Runs `body` with a server on a free port of the loopback, and stops the server afterwards.
@discardableResult
func withServer<Result: Sendable>(
    _ config: HTTPServer.Config = HTTPServer.Config(),
    handler: @escaping HTTPServer.Handler,
    _ body: (_ url: String) async throws -> Result
) async throws -> Result {
    let server = try HTTPServer.listen(config, handler: handler)
    let running = Task { try await server.run() }
    let result: Result
    do {
        result = try await body("http://127.0.0.1:\(server.port)")
    } catch {
        running.cancel()
        throw error
    }
    running.cancel()
    try await running.value
    return result
}

/// Something that happens once and can be awaited.
struct Signal: Sendable {
    private let events = AsyncStream<Void>.makeStream()

    func fire() { events.continuation.yield() }

    /// Returns when `fire` has been called, or the task is cancelled.
    func wait() async { for await _ in events.stream { return } }
}
