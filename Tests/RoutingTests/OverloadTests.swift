import Dispatch
import Domain
import Routing
import Scheduling
import Scorers
import Synchronization
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

/// Keeps the requests that endpoints are rated for.
private final class Listening: Scorer {
    private let requests = Mutex<[InferenceRequest]>([])

    var heard: [InferenceRequest] { requests.withLock { $0 } }

    func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {
        requests.withLock { $0.append(context.request) }
    }
}

@Suite struct OverloadTests {
    private let tokenizer = HeldTokenizer()
    private let listening = Listening()

    /// With one thread, and room for one request to wait.
    private func house() throws -> House {
        var pool = TokenizationPoolConfig()
        pool.threadCount = 1
        pool.waitingMax = 1
        pool.timeout = .seconds(60)
        return try House(
            scorers: [WeightedScorer(listening, weight: 1)],
            endpoints: ["a"],
            models: SingleModel(
                LoadedModel(tokenizer: tokenizer, renderer: NamedTemplateRenderer(.chatML))
            ),
            tokenization: pool
        )
    }

    @Test func `a request that finds no room to wait is routed by load, and at once`()
        async throws
    {
        let house = try self.house()
        let body = house.completion("0123456789")

        async let working = house.route(body)
        while tokenizer.begunCount < 1 { await Task.yield() }
        async let waiting = house.route(body)
        while house.pool.waitingCount < 1 { await Task.yield() }
        let refused = try await house.route(body).get()
        #expect(refused.decision.endpoint.name == "a")
        #expect(refused.decision.blockCount == 0)
        let heard = try #require(listening.heard.first)
        #expect(heard.model == "m")
        #expect(heard.promptBytes == body.utf8.count)
        #expect(heard.promptTokens == body.utf8.count / 4)

        tokenizer.release(2)
        #expect(try await working.get().decision.blockCount == 2)
        #expect(try await waiting.get().decision.blockCount == 2)
    }

    @Test func `a request that is given up while it waits is not routed`() async throws {
        let house = try self.house()
        let body = house.completion("0123456789")
        async let working = house.route(body)
        while tokenizer.begunCount < 1 { await Task.yield() }
        let waiting = Task { await house.route(body) }
        while house.pool.waitingCount < 1 { await Task.yield() }
        waiting.cancel()
        let result = await waiting.value
        #expect(listening.heard.isEmpty)
        tokenizer.release(1)
        _ = try await working.get()
        guard case .failure(.cancelled) = result else {
            Issue.record("expected that it is cancelled")
            return
        }
    }
}
