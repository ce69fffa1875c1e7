import BlockKeys
import Bytes
import Discovery
import Domain
import FlowControl
import KVIndexer
import Routing
import Scheduling
import Scorers
import Telemetry
import Testing
import Tokenization
import Tokenizer

/// One token for each byte.
struct ByteTokenizer: Tokenizer {
    func encode(_ text: Span<UInt8>, addSpecialTokens: Bool, to tokens: inout [TokenID]) {
        for index in text.indices { tokens.append(TokenID(rawValue: UInt32(text[index]))) }
    }

    func encodeOrdinary(_ text: Span<UInt8>, to tokens: inout [TokenID]) {
        encode(text, addSpecialTokens: false, to: &tokens)
    }

    func addedToken(_ content: [UInt8]) -> TokenID? { nil }
}

/// A router over endpoints a, b and c, and what it is made of.
struct House {
    let router: RequestRouter
    let index: InMemoryIndex
    let expected: ExpectedBlocks
    private let scheme = BlockKeyScheme(algorithm: .xxh64, blockSize: BlockSize(tokenCount: 4))
    /// That of the model `m`.
    private let space: KeySpaceID
    let endpoints: [Endpoint]
    let store = EndpointStore()
    let ledger = EndpointLedger()
    let registry = MetricsRegistry()
    let pool: TokenizationPool

    private static var twoThreads: TokenizationPoolConfig {
        var config = TokenizationPoolConfig()
        config.threadCount = 2
        config.timeout = .seconds(60)
        return config
    }

    init(
        scorers: [WeightedScorer],
        endpoints names: [String] = ["a", "b", "c"],
        models: any ModelSource = SingleModel(
            LoadedModel(
                tokenizer: ByteTokenizer(),
                renderer: NamedTemplateRenderer(.chatML)
            )
        ),
        engines: RemoteTokenizer? = nil,
        injectsTokenIDs: Bool = false,
        speculation: SpeculationConfig = SpeculationConfig(),
        needs: SchedulingNeeds = SchedulingNeeds(),
        admission: AdmissionConfig = AdmissionConfig(),
        announces: Bool = true,
        tokenization: TokenizationPoolConfig? = nil
    ) throws {
        endpoints =
            store.publish(
                names.map { PoolMember(name: $0, address: "\($0):8000") }
            ).endpoints
        var config = KVIndexerConfig()
        config.blockSize = scheme.blockSize
        config.speculation = speculation
        let indexMetrics = KVIndexerMetrics(registry: registry)
        index = InMemoryIndex(config: config.memory, metrics: indexMetrics)
        expected = ExpectedBlocks(index: index, config: speculation, metrics: indexMetrics)
        let spaces = KeySpaceRegistry()
        space = try #require(spaces.id(of: scheme, model: "m"))
        spaces.join(space)
        let tokenizationMetrics = TokenizationMetrics(registry: registry)
        pool = try TokenizationPool(config: tokenization ?? Self.twoThreads)
        let (ledger, store) = (ledger, store)
        var surroundings = RequestRouter.Surroundings(
            endpoints: store,
            ledger: ledger,
            prompts: PromptTokenizer(models: models, store: nil, metrics: tokenizationMetrics),
            lookup: PromptLookup(in: index, spaces: spaces, config: config),
            pool: pool,
            admission: Admission(
                admission,
                metrics: FlowControlMetrics(registry: registry, poolName: "pool")
            ) {
                PoolLoads(ledger.loads(in: store.snapshot), in: store.snapshot)
            },
            adapters: AdapterRegistry(),
            announcing: AnnouncingEndpoints { _ in announces },
            metrics: RoutingMetrics(registry: registry),
            tokenizationMetrics: tokenizationMetrics,
            log: Log(level: .error)
        )
        surroundings.expected = speculation.isEnabled ? expected : nil
        surroundings.engines = engines
        surroundings.injectsTokenIDs = injectsTokenIDs
        let scheduler = Scheduler(
            profiles: [
                SchedulingProfile(
                    filters: [SubsetFilter()],
                    scorers: scorers,
                    picker: MaxScorePicker()
                )
            ],
            handler: SingleProfileHandler()
        )
        router = RequestRouter(surroundings, plan: RoutingPlan(scheduler: scheduler, needs: needs))
    }

    /// As if the endpoint's engine had announced the blocks of a prompt of the model `m`, or of an
    /// adapter of it.
    func hold(_ prompt: String, as model: String = "m", at endpoint: Endpoint) throws {
        let tokens = prompt.utf8.map { TokenID(rawValue: UInt32($0)) }
        var keys: [BlockKey] = []
        var scope = BlockKeyScope(model: "m")
        if model != "m" { scope.adapter = LoRAAdapter(name: model) }
        BlockKeyHasher(scheme: scheme).appendKeys(for: tokens.span, in: scope, to: &keys)
        let cache = CacheID(endpoint: endpoint.id)
        let holder = try #require(index.open(cache, in: space, as: .confirmed))
        index.store(keys.span, after: nil, in: holder, tier: .gpu, counting: .everyCopy)
    }

    static func bytes(_ body: String) -> SharedBytes {
        var bytes = GrowingBytes()
        bytes.append(Array(body.utf8).span)
        return bytes.take()
    }

    func route(
        _ body: String,
        path: String = "/v1/completions",
        headers: [HeaderField] = [],
        subset: [String]? = nil
    ) async -> Result<RoutedRequest, PickError> {
        await router.route(
            GatewayRequest(
                id: "1",
                path: path,
                headers: headers,
                body: Self.bytes(body),
                subsetHint: subset
            )
        )
    }

    /// Requests that were routed by load alone for a reason.
    func degradedCount(_ reason: TokenizationError) -> UInt64 {
        registry.counter(
            "warmpath_requests_routed_without_prompt_total",
            "",
            [.init("reason", reason.label)]
        ).value
    }

    func completion(_ prompt: String) -> String { #"{"model": "m", "prompt": "\#(prompt)"}"# }

    var loads: [EndpointLoad] { ledger.loads(in: store.snapshot) }

    /// Requests in flight at each endpoint.
    var inFlight: [Int] { loads.map { Int($0.inFlightRequests) } }
}
