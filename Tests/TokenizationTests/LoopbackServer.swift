import HTTP
import Synchronization

/// Runs `body` with a server on a free port of the loopback, and stops the server afterwards.
@discardableResult
func withServer<Result: Sendable>(
    _ handler: @escaping HTTPServer.Handler,
    _ body: (_ url: String) async throws -> Result
) async throws -> Result {
    let server = try HTTPServer.listen(HTTPServer.Config(), handler: handler)
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

/// Returns when the task is cancelled: an engine that never answers.
func untilCancelled() async {
    let (events, continuation) = AsyncStream<Void>.makeStream()
    for await _ in events {}
    continuation.finish()
}

/// Something that tasks add to and a test reads.
final class Recorder<Element: Sendable>: Sendable {
    private let recorded = Mutex<[Element]>([])

    func record(_ element: Element) { recorded.withLock { $0.append(element) } }

    var all: [Element] { recorded.withLock { $0 } }
}

extension HTTPResponse {
    init(json: String, status: Int = 200) {
        self.init(status: status, text: json, contentType: "application/json")
    }
}
