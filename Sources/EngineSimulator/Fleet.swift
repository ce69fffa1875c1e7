import Domain
import HTTP
package import Telemetry
import ZMQ

/// The engines of one process, each on its own ports.
package struct Fleet: Sendable {
    package struct Config: Sendable {
        package var engines: [EngineConfig]
        package var host: String
        /// Of the first engine; the others follow. 0 for any that are free.
        package var port: Int
        package var eventsPort: Int
        package var replayPort: Int
        /// With `{address}` and `{model}` to be filled in.
        package var topic: String

        package init(
            engines: [EngineConfig],
            host: String = "127.0.0.1",
            port: Int = 0,
            eventsPort: Int = 0,
            replayPort: Int = 0,
            topic: String = "kv@{address}@{model}"
        ) {
            self.engines = engines
            self.host = host
            self.port = port
            self.eventsPort = eventsPort
            self.replayPort = replayPort
            self.topic = topic
        }
    }

    private struct Member: Sendable {
        let endpoint: SimulatedEndpoint
        let publisher: ZMQEventPublisher
    }

    private let members: [Member]
    private let host: String

    /// Binds every port.
    package init(_ config: Config, tokenizer: any EngineTokenizer, vocabulary: Vocabulary, log: Log)
        throws
    {
        let context = try ZMQContext()
        host = config.host
        members = try config.engines.enumerated().map { index, engine in
            let port = config.port == 0 ? 0 : config.port + index
            guard let port = UInt16(exactly: port) else {
                throw HTTPError.cannotListen(address: "\(config.host):\(port)", errno: 0)
            }
            let endpoint = try SimulatedEndpoint.listen(
                engine,
                on: HTTPServer.Config(host: config.host, port: port),
                tokenizer: tokenizer,
                vocabulary: vocabulary
            )
            let topic = config.topic
                .replacing("{address}", with: "\(config.host):\(endpoint.port)")
                .replacing("{model}", with: engine.model)
            let publisher = try ZMQEventPublisher.open(
                port: config.eventsPort == 0 ? 0 : config.eventsPort + index,
                replayPort: config.replayPort == 0 ? 0 : config.replayPort + index,
                topic: topic,
                in: context,
                log: log
            )
            return Member(endpoint: endpoint, publisher: publisher)
        }
    }

    package var entries: [EndpointsFile.Entry] {
        members.map { member in
            EndpointsFile.Entry(
                name: member.endpoint.engine.config.name,
                address: "\(host):\(member.endpoint.port)",
                eventsAddress: "tcp://\(host):\(member.publisher.port)",
                replayAddress: "tcp://\(host):\(member.publisher.replayPort)"
            )
        }
    }

    /// Serves until the task is cancelled.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for member in members {
                group.addTask { try await member.endpoint.run(publishingTo: member.publisher) }
            }
            try await group.waitForAll()
        }
    }
}
