import Bytes
import Discovery
import Dispatch
import Domain
import KVIndexer
import Routing
import Scheduling
import Scorers
import Synchronization
import Telemetry
import Testing
import Tokenization
import Tokenizer

/// Works on each text until it is told to go on.
private final class HeldTokenizer: Tokenizer {
    private let goOn = DispatchSemaphore(value: 0)
    private let begun = Atomic(0)

    var begunCount: Int { begun.load(ordering: .relaxed) }

    func encode(_ text: Span<UInt8>, addSpecialTokens: Bool, to tokens: inout [TokenID]) {
        begun.add(1, ordering: .relaxed)
        goOn.wait()
        for index in text.indices { tokens.append(TokenID(rawValue: UInt32(text[index]))) }
    }

    func encodeOrdinary(_ text: Span<UInt8>, to tokens: inout [TokenID]) {
        encode(text, addSpecialTokens: false, to: &tokens)
    }

    func addedToken(_ content: [UInt8]) -> TokenID? { nil }

    func release(_ count: Int) { for _ in 0..<count { goOn.signal() } }
}

@Suite struct OverloadTests {
    @Test func `a request that finds no room to wait is routed by load, and at once`()
        async throws
    {
        let store = EndpointStore()
        store.publish([PoolMember(name: "a", address: "a:8000")])
        let registry = MetricsRegistry()
        let tokenizer = HeldTokenizer()
        let tokenizationMetrics = TokenizationMetrics(registry: registry)
        var poolConfig = TokenizationPoolConfig()
        poolConfig.threadCount = 1
        poolConfig.waitingMax = 1
        poolConfig.timeout = .seconds(60)
        let pool = try TokenizationPool(config: poolConfig)
        let model = LoadedModel(
            tokenizer: tokenizer,
            renderer: NamedTemplateRenderer(.chatML)
        )
        var config = KVIndexerConfig()
        config.blockSize = BlockSize(tokenCount: 4)
        let router = RequestRouter(
            endpoints: store,
            prompts: PromptTokenizer(
                models: SingleModel(model),
                store: nil,
                metrics: tokenizationMetrics
            ),
            lookup: PromptLookup(
                in: InMemoryIndex(
                    config: InMemoryIndexConfig(),
                    metrics: KVIndexerMetrics(registry: registry)
                ),
                spaces: KeySpaceRegistry(),
                config: config
            ),
            profile: SchedulingProfile(SchedulingConfig()),
            pool: pool,
            metrics: RoutingMetrics(registry: registry),
            tokenizationMetrics: tokenizationMetrics,
            log: Log(level: .error)
        )
        var body = GrowingBytes()
        body.append(Array(#"{"model": "m", "prompt": "0123456789"}"#.utf8).span)
        let request = GatewayRequest(id: "1", body: body.take(), subsetHint: nil)

        async let working = router.route(request)
        while tokenizer.begunCount < 1 { await Task.yield() }
        async let waiting = router.route(request)
        while pool.waitingCount < 1 { await Task.yield() }
        let refused = try await router.route(request).get()
        #expect(refused.decision.endpoint.name == "a")
        #expect(refused.decision.blockCount == 0)

        tokenizer.release(2)
        #expect(try await working.get().decision.blockCount == 2)
        #expect(try await waiting.get().decision.blockCount == 2)
    }
}
