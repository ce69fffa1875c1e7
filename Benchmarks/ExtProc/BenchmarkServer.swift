import BlockKeys
import Discovery
import Domain
import ExtProc
import FlowControl
import GRPC
import Glibc
import JSON
import KVIndexer
import Routing
import Scheduling
import Scorers
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
        let service = ExtProcServer(router: router, config: ExtProcConfig(), log: log)
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
            config: try config.validated().memory,
            metrics: KVIndexerMetrics(registry: registry)
        )
        let spaces = KeySpaceRegistry()
        let tokenizationMetrics = TokenizationMetrics(registry: registry)
        let model = LoadedModel(
            tokenizer: try PipelineTokenizer.load(path: tokenizer),
            renderer: NamedTemplateRenderer(.llama3)
        )
        let prompts = PromptTokenizer(
            models: SingleModel(model),
            store: PrefixStore(config: PrefixStoreConfig(), metrics: tokenizationMetrics),
            metrics: tokenizationMetrics
        )
        let lookup = PromptLookup(in: index, spaces: spaces, config: config)
        try hold(endpoints, in: index, spaces, prompts, lookup)
        var pool = TokenizationPoolConfig()
        pool.threadCount = 2
        let ledger = EndpointLedger()
        let scheduler = Scheduler(
            profiles: [
                SchedulingProfile(
                    filters: [
                        RoleFilter(serving: .decode), SubsetFilter(), CircuitBreakerFilter(),
                    ],
                    scorers: [WeightedScorer(PredictedTTFTScorer(), weight: 1)],
                    picker: MaxScorePicker()
                )
            ],
            handler: SingleProfileHandler()
        )
        return RequestRouter(
            RequestRouter.Surroundings(
                endpoints: store,
                ledger: ledger,
                prompts: prompts,
                lookup: lookup,
                pool: try TokenizationPool(config: pool),
                admission: Admission(
                    AdmissionConfig(),
                    metrics: FlowControlMetrics(registry: registry, poolName: "pool")
                ) {
                    PoolLoads(ledger.loads(in: store.snapshot), in: store.snapshot)
                },
                adapters: AdapterRegistry(),
                announcing: AnnouncingEndpoints { _ in true },
                metrics: RoutingMetrics(registry: registry),
                tokenizationMetrics: tokenizationMetrics,
                log: log
            ),
            plan: RoutingPlan(scheduler: scheduler)
        )
    }

    /// As if engines had announced every other prompt's blocks.
    private static func hold(
        _ endpoints: [Endpoint],
        in index: InMemoryIndex,
        _ spaces: KeySpaceRegistry,
        _ prompts: PromptTokenizer,
        _ lookup: PromptLookup
    ) throws {
        let scheme = BlockKeyScheme(
            algorithm: .xxh64,
            blockSize: KVIndexerConfig().blockSize
        )
        guard let space = spaces.id(of: scheme, model: BodySize.model) else { return }
        spaces.join(space)
        for size in BodySize.allCases {
            for number in stride(from: 0, to: size.promptCount, by: 2) {
                let body = try JSONDocument(parsing: size.body(number: number)).root
                let tokens = try prompts.tokens(of: body, model: BodySize.model)
                let blocks = lookup.blocks(
                    of: tokens.span,
                    in: PromptScope(model: BodySize.model)
                )
                let cache = CacheID(endpoint: endpoints[number / 2 % endpoints.count].id)
                guard let holder = index.open(cache, in: space, as: .confirmed) else { continue }
                for chain in blocks.chains {
                    index.store(
                        chain.keys.span,
                        after: nil,
                        in: holder,
                        tier: .gpu,
                        counting: .everyCopy
                    )
                }
            }
        }
    }
}

/// Sends every request to the same endpoint: what is left is the protocol's own cost.
private struct NoRouter: RequestRouting {
    private final class Unobserved: ResponseObserver {
        func responseBegan(status: Int?, servedBy address: String?) {}
        func firstBytes() {}
        func responseEnded() {}
    }

    let wantedHeaders = HeaderSelection.none
    private let decision = RoutingDecision(
        endpoint: Endpoint(
            id: EndpointID(rawValue: 1),
            name: "engine",
            address: "10.0.0.1:8000"
        ),
        matchedBlocks: 0,
        blockCount: 0
    )

    func route(_ request: GatewayRequest) async -> Result<RoutedRequest, PickError> {
        .success(RoutedRequest(decision: decision, observer: Unobserved()))
    }
}
