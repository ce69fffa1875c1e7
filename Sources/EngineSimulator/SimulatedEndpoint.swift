import Domain
package import HTTP

/// One engine with its HTTP server.
package struct SimulatedEndpoint: Sendable {
    package let engine: Engine
    private let server: HTTPServer

    /// Binds the address; connections are served while `run` runs.
    package static func listen(
        _ config: EngineConfig,
        on address: HTTPServer.Config,
        tokenizer: any EngineTokenizer,
        vocabulary: Vocabulary
    ) throws(HTTPError) -> SimulatedEndpoint {
        let engine = Engine(config, vocabulary: vocabulary)
        let api = EngineAPI(engine: engine, tokenizer: tokenizer)
        let server = try HTTPServer.listen(address) { await api.respond(to: $0) }
        return SimulatedEndpoint(engine: engine, server: server)
    }

    package var port: Int { server.port }

    /// Serves until the task is cancelled.
    package func run(publishingTo publisher: any EventPublisher) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask { await engine.run(publishingTo: publisher) }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
