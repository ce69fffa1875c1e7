import Domain
import HTTP
import Telemetry
import ZMQ

/// The engines of one process, each on its own ports.
struct Fleet {
    struct Config {
        var engines: [EngineConfig]
        var host: String
        /// Of the first engine; the others follow. 0 for any that are free.
        var port: Int
        var eventsPort: Int
        /// With `{address}` and `{model}` to be filled in.
        var topic: String
    }

    private struct Member {
        let endpoint: SimulatedEndpoint
        let publisher: ZMQEventPublisher
    }

    private let members: [Member]
    private let host: String

    /// Binds every port.
    init(_ config: Config, tokenizer: any PromptTokenizer, vocabulary: Vocabulary, log: Log) throws
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
                topic: topic,
                in: context,
                log: log
            )
            return Member(endpoint: endpoint, publisher: publisher)
        }
    }

    var entries: [EndpointsFile.Entry] {
        members.map { member in
            EndpointsFile.Entry(
                name: member.endpoint.engine.config.name,
                address: "\(host):\(member.endpoint.port)",
                eventsAddress: "tcp://\(host):\(member.publisher.port)"
            )
        }
    }

    /// Serves until the task is cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for member in members {
                group.addTask { try await member.endpoint.run(publishingTo: member.publisher) }
            }
            try await group.waitForAll()
        }
    }
}
