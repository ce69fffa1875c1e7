import Bytes
import Scorers
import Discovery
import Domain
import ExtProc
import GRPC
import Glibc
import KVIndexer
import Routing
import Scheduling
import Telemetry
import Threads
import Tokenization
import Tokenizer

/// The server that is measured: everything between a socket and a decision, as in production.
enum BenchmarkServer {
    /// Prints its port, and serves until standard input ends.
    static func run(routing: String, tokenizer: String) async throws {
        let log = Log(level: .warning)
        let router: any RequestRouting =
            routing == "real" ? try makeRouter(tokenizer: tokenizer, log: log) : NoRouter()
        let service = ExtProcServer(router: router, bodyBytesMax: 10 << 20, log: log)
        let server = try GRPCServer.open(GRPCServerConfig(address: "127.0.0.1:0"))
        let running = Task { await server.run { await service.serve($0) } }
        OSThread.start(named: "stdin") {
            while getchar() != EOF {}
            running.cancel()
        }
        print(server.port)
        fflush(nil)
        await running.value
    }

    /// Four endpoints, with every other prompt of the benchmark cached at one of them.
    private static func makeRouter(tokenizer: String, log: Log) throws -> RequestRouter {
        let registry = MetricsRegistry()
        let config = KVIndexerConfig()
        let store = EndpointStore()
        let endpoints = store.publish(
            (1...4).map { PoolMember(name: "engine-\($0)", address: "10.0.0.\($0):8000") }
        ).endpoints
        let index = InMemoryIndex(
            config: try config.validated(),
            metrics: KVIndexerMetrics(registry: registry)
        )
        let tokenizationMetrics = TokenizationMetrics(registry: registry)
        let model = LoadedModel(
            tokenizer: try PipelineTokenizer.load(path: tokenizer),
            renderer: NamedTemplateRenderer(.llama3)
        )
        let prompts = PromptKeys(
            tokenizer: PromptTokenizer(
                models: SingleModel(model),
                store: PrefixStore(config: PrefixStoreConfig(), metrics: tokenizationMetrics),
                metrics: tokenizationMetrics
            ),
            hasher: BlockKeyHasher(blockSize: config.blockSize, seed: config.hashSeed)
        )
        for size in BodySize.allCases {
            for number in stride(from: 0, to: size.promptCount, by: 2) {
                var body = GrowingBytes()
                body.append(size.body(number: number).span)
                let endpoint = endpoints[number / 2 % endpoints.count]
                let keys = try prompts.keys(of: body.take())
                index.store(keys.span, at: endpoint.id, in: .gpu)
            }
        }
        var pool = TokenizationPoolConfig()
        pool.threadCount = 2
        return RequestRouter(
            endpoints: store,
            prompts: prompts,
            index: index,
            profile: SchedulingProfile(SchedulingConfig(), seed: 1),
            pool: try TokenizationPool(config: pool),
            metrics: RoutingMetrics(registry: registry),
            tokenizationMetrics: tokenizationMetrics,
            log: log
        )
    }
}

/// Sends every request to the same endpoint: what is left is the protocol's own cost.
private struct NoRouter: RequestRouting {
    private let inFlight = InFlightRequests()
    private let endpoint = Endpoint(
        id: EndpointID(rawValue: 1),
        name: "engine",
        address: "10.0.0.1:8000"
    )

    func route(_ request: GatewayRequest) async -> Result<RoutedRequest, PickError> {
        Result { () throws(PickError) in
            try inFlight.reserving { _ throws(PickError) in
                RoutingDecision(endpoint: endpoint, matchedBlocks: 0, blockCount: 0)
            }
        }
    }
}
