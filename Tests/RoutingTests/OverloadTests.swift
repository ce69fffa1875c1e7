import Dispatch
import Domain
import Routing
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

@Suite struct OverloadTests {
    @Test func `a request that finds no room to wait is routed by load, and at once`()
        async throws
    {
        let tokenizer = HeldTokenizer()
        var pool = TokenizationPoolConfig()
        pool.threadCount = 1
        pool.waitingMax = 1
        pool.timeout = .seconds(60)
        let house = try House(
            scorers: [],
            endpoints: ["a"],
            models: SingleModel(
                LoadedModel(tokenizer: tokenizer, renderer: NamedTemplateRenderer(.chatML))
            ),
            tokenization: pool
        )
        let body = house.completion("0123456789")

        async let working = house.route(body)
        while tokenizer.begunCount < 1 { await Task.yield() }
        async let waiting = house.route(body)
        while house.pool.waitingCount < 1 { await Task.yield() }
        let refused = try await house.route(body).get()
        #expect(refused.decision.endpoint.name == "a")
        #expect(refused.decision.blockCount == 0)

        tokenizer.release(2)
        #expect(try await working.get().decision.blockCount == 2)
        #expect(try await waiting.get().decision.blockCount == 2)
    }
}
