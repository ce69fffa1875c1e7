import Domain
import KVIndexer
import Routing
import Scheduling
import Scorers
import Telemetry
import Testing
import Tokenization

@Suite struct RequestRouterTests {
    private static let byPrefix = [WeightedScorer(PrefixCacheScorer(), weight: 1)]
    private static let byLoad = [WeightedScorer(LoadAwareScorer(), weight: 1)]

    @Test(arguments: 0..<3)
    func `a request goes to the endpoint that holds its prefix`(holder: Int) async throws {
        let house = try House(scorers: Self.byPrefix)
        try house.hold("the same long prefix", at: house.endpoints[holder])
        let routed = try await house.route(house.completion("the same long prefix, and more"))
            .get()
        #expect(routed.decision.endpoint == house.endpoints[holder])
        #expect(routed.decision.matchedBlocks == 5)
        #expect(routed.decision.blockCount == 7)
    }

    @Test func `a prefix under another model, or another salt, does not match`() async throws {
        let house = try House(scorers: Self.byPrefix)
        try house.hold("the same long prefix", at: house.endpoints[0])
        for body in [
            #"{"model": "lora", "prompt": "the same long prefix"}"#,
            #"{"model": "m", "prompt": "the same long prefix", "cache_salt": "tenant"}"#,
        ] {
            #expect(try await house.route(body).get().decision.matchedBlocks == 0)
        }
    }

    @Test func `equal requests that come before their blocks are announced stay together`()
        async throws
    {
        var speculation = SpeculationConfig()
        speculation.isEnabled = true
        speculation.timeToLive = .seconds(600)
        let house = try House(scorers: Self.byPrefix, speculation: speculation)
        let first = try await house.route(house.completion("the same long prefix")).get()
        #expect(first.decision.matchedBlocks == 0)
        for _ in 0..<5 {
            let next = try await house.route(house.completion("the same long prefix")).get()
            #expect(next.decision.endpoint == first.decision.endpoint)
            #expect(next.decision.matchedBlocks == 5)
        }
        house.expected.endDue(now: .now.advanced(by: .seconds(601)))
        let late = try await house.route(house.completion("the same long prefix")).get()
        #expect(late.decision.matchedBlocks == 0)
    }

    @Test func `requests in flight count from the moment they are picked`() async throws {
        let house = try House(scorers: Self.byLoad)
        var held: [RoutedRequest] = []
        for _ in 0..<30 { held.append(try await house.route(house.completion("x")).get()) }
        #expect(house.inFlight == [10, 10, 10])
        held.removeAll()
        #expect(house.inFlight == [0, 0, 0])
    }

    @Test func `a burst of equal requests spreads over the pool`() async throws {
        let house = try House(scorers: Self.byLoad)
        let routed = try await withThrowingTaskGroup(of: RoutedRequest.self) { group in
            for _ in 0..<60 {
                group.addTask { try await house.route(house.completion("burst")).get() }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let shares = Dictionary(grouping: routed, by: \.decision.endpoint.name).mapValues(\.count)
        #expect(shares == ["a": 20, "b": 20, "c": 20])
    }

    @Test func `only endpoints of the subset hint are picked`() async throws {
        let house = try House(scorers: Self.byPrefix)
        try house.hold("prefix prefix", at: house.endpoints[0])
        let body = house.completion("prefix prefix")
        let routed = try await house.route(body, subset: ["b:8000"]).get()
        #expect(routed.decision.endpoint.name == "b")
    }

    @Test func `without endpoints, and for a broken body, the answer is an error`() async throws {
        let empty = try House(scorers: Self.byLoad, endpoints: [])
        guard case .failure(.noEndpoints) = await empty.route(empty.completion("x")) else {
            Issue.record("expected noEndpoints")
            return
        }
        guard case .failure(.malformedRequest) = await empty.route("{") else {
            Issue.record("a broken body comes before an empty pool")
            return
        }
    }

    @Test func `a request without a body is routed by load`() async throws {
        let house = try House(scorers: Self.byLoad)
        let routed = try await house.route("").get()
        #expect(routed.decision.blockCount == 0)
    }

    @Test func `what was routed shows in the metrics, a client's model names bounded`()
        async throws
    {
        let house = try House(scorers: Self.byLoad)
        for number in 0..<1010 {
            _ = await house.route(#"{"model": "model-\#(number)"}"#)
        }
        let families = house.registry.families
        let totals = families.first { $0.name == "llm_d_epp_request_total" }
        #expect(totals?.series.count == 1001)
    }

    /// Answers as a registry does for a model that is not there.
    private struct Failing: ModelSource {
        let error: TokenizationError
        func model(named name: String) throws(TokenizationError) -> LoadedModel { throw error }
    }

    @Test(arguments: [TokenizationError.loading(model: "m"), .noTokenizer(model: "m")])
    func `a request of a model without a tokenizer is routed by load, and counted`(
        error: TokenizationError
    ) async throws {
        let house = try House(scorers: Self.byLoad, models: Failing(error: error))
        let routed = try await house.route(house.completion("x")).get()
        #expect(routed.decision.blockCount == 0)
        #expect(house.degradedCount(error) == 1)
        // Ids need no tokenizer, and what has no prompt lacks nothing.
        let ids = try await house.route(#"{"model": "m", "prompt": [1, 2, 3, 4]}"#).get()
        #expect(ids.decision.blockCount == 1)
        _ = try await house.route(#"{"model": "m", "input": "embed me"}"#).get()
        #expect(house.degradedCount(error) == 1)
    }
}
