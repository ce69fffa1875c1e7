import Discovery
import Domain
import KVIndexer
import Routing
import Scheduling
import Scorers
import Testing

/// Equal prompts that come at once, before any engine has said anything about them.
@Suite struct RequestBurstTests {
    private static let pods = (0..<8).map { "pod-\($0)" }
    private static let byTime = [WeightedScorer(PredictedTTFTScorer(), weight: 1)]
    /// 16,000 tokens: about a second of prefill at the rate that is assumed of a new endpoint.
    private static let prompt = String(repeating: "0123456789abcdef", count: 1000)

    private static var speculation: SpeculationConfig {
        var config = SpeculationConfig()
        config.isEnabled = true
        config.timeToLive = .seconds(600)
        return config
    }

    /// Picks for prompts that are all sent at the same time. They are streamed, and no first token
    /// comes: however long the picks take, no prompt counts as computed.
    private static func burst(_ house: House, _ prompts: [String]) async throws -> [RoutedRequest] {
        try await withThrowingTaskGroup(of: RoutedRequest.self) { group in
            for prompt in prompts {
                let body = #"{"model": "m", "stream": true, "prompt": "\#(prompt)"}"#
                group.addTask { try await house.route(body).get() }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func `a prompt is computed at as few endpoints as can answer it in time`() async throws {
        let house = try House(
            scorers: Self.byTime,
            endpoints: Self.pods,
            speculation: Self.speculation
        )
        let routed = try await Self.burst(house, Array(repeating: Self.prompt, count: 64))
        // An endpoint is passed over once its queue is 10 % and 5 ms behind computing the prompt
        // elsewhere. 1.0045 s of prefill leave room for 22 requests of 5 ms each, so the prompt is
        // computed three times, and nobody gets more than that share.
        let cold = routed.filter { $0.decision.matchedBlocks == 0 }
        #expect(cold.count == 3)
        #expect(house.inFlight.sorted(by: >) == [22, 22, 20, 0, 0, 0, 0, 0])
        #expect(Set(cold.map(\.decision.endpoint.id)).count == 3)
    }

    @Test func `what is equal at the beginning only is kept together by that`() async throws {
        let house = try House(
            scorers: Self.byTime,
            endpoints: Self.pods,
            speculation: Self.speculation
        )
        let first = try await house.route(house.completion(Self.prompt + "first")).get()
        let routed = try await Self.burst(house, (0..<16).map { Self.prompt + "end \($0)" })
        #expect(routed.allSatisfy { $0.decision.endpoint == first.decision.endpoint })
        #expect(routed.allSatisfy { $0.decision.matchedBlocks >= 4000 })
    }

    @Test func `prompts that have nothing in common spread evenly`() async throws {
        let house = try House(
            scorers: Self.byTime,
            endpoints: Self.pods,
            speculation: Self.speculation
        )
        let prompts = (0..<64).map { "\($0) " + Self.prompt }
        let held = try await Self.burst(house, prompts)
        #expect(house.inFlight == Array(repeating: 8, count: 8))
        _ = held
    }

    @Test func `engines that announce nothing are as safe, by what was sent to them`()
        async throws
    {
        var needs = SchedulingNeeds()
        needs.approximatePrefix = ApproximatePrefixConfig()
        let house = try House(
            scorers: Self.byTime,
            endpoints: Self.pods,
            needs: needs,
            announces: false
        )
        let routed = try await Self.burst(house, Array(repeating: Self.prompt, count: 16))
        #expect(Set(routed.map(\.decision.endpoint.id)).count == 1)
    }

    @Test func `a burst leaves nothing behind`() async throws {
        let house = try House(
            scorers: Self.byTime,
            endpoints: Self.pods,
            speculation: Self.speculation
        )
        do { _ = try await Self.burst(house, Array(repeating: Self.prompt, count: 64)) }
        #expect(house.inFlight == Array(repeating: 0, count: 8))
        let loads = house.ledger.loads(in: house.store.snapshot)
        #expect(loads.allSatisfy { $0.prefillingTokens == 0 && $0.inFlightTokens == 0 })
    }

    @Test(arguments: [true, false])
    func `who refuses a prompt, or is never heard of, is not taken to hold it`(
        isRefused: Bool
    ) async throws {
        let house = try House(
            scorers: Self.byTime,
            endpoints: Self.pods,
            speculation: Self.speculation
        )
        let body = house.completion(Self.prompt)
        var first: RoutedRequest? = try await house.route(body).get()
        if isRefused { first?.observer.responseBegan(status: 500) }
        first = nil
        #expect(try await house.route(body).get().decision.matchedBlocks == 0)
    }

    @Test func `who was passed over for another is not taken to hold it`() async throws {
        let house = try House(
            scorers: Self.byTime,
            endpoints: Self.pods,
            speculation: Self.speculation
        )
        let body = house.completion(Self.prompt)
        let first = try await house.route(body).get()
        let fallback = try #require(first.decision.fallbacks.first)
        first.observer.responseBegan(status: 200, servedBy: fallback.address)
        #expect(try await house.route(body).get().decision.matchedBlocks == 0)
    }

    @Test func `who has answered is taken to hold it for a while`() async throws {
        let house = try House(
            scorers: Self.byTime,
            endpoints: Self.pods,
            speculation: Self.speculation
        )
        let body = house.completion(Self.prompt)
        let first = try await house.route(body).get()
        first.observer.responseBegan(status: 200)
        first.observer.responseEnded()
        #expect(try await house.route(body).get().decision.matchedBlocks == 4000)
    }
}
