import Bytes
import Domain
import Routing
import Scheduling
import Scorers
import Testing

/// What a request is charged for its prompt, and what its first token teaches.
@Suite struct ChargedTokensTests {
    private static let text = String(repeating: "0123456789", count: 400)

    /// Of endpoints that announce nothing: what was sent to them is remembered.
    private static func house() throws -> House {
        var needs = SchedulingNeeds()
        needs.approximatePrefix = ApproximatePrefixConfig()
        return try House(
            scorers: [WeightedScorer(PrefixCacheScorer(), weight: 1)],
            endpoints: ["a", "b"],
            needs: needs,
            announces: false
        )
    }

    @Test(arguments: [
        ("/v1/responses", #""input": [{"role": "user", "content": "\#(text)"}]"#, 1006),
        ("/v1/embeddings", #""input": ["\#(text)", "\#(text)"]"#, 2000),
        (
            "/v1/chat/completions",
            #"""
            "messages": [{"role": "user", "content":
                [{"type": "text", "text": "\#(text)"}, {"type": "image_url", "image_url": {}}]}]
            """#, 1006
        ),
    ])
    func `a prompt that nobody can read counts by its bytes, and finds back to them`(
        path: String,
        prompt: String,
        tokens: Int
    ) async throws {
        let house = try Self.house()
        let body = #"{"model": "m", \#(prompt)}"#
        let first = try await house.route(body, path: path).get()
        #expect(first.decision.uncachedTokens == tokens)
        #expect(house.loads.map(\.inFlightTokens).max() == tokens)
        let second = try await house.route(body, path: path).get()
        #expect(second.decision.endpoint == first.decision.endpoint)
        #expect(second.decision.uncachedTokens < tokens)
    }

    @Test(arguments: [
        (#"["\#(text)", "\#(text)", "\#(text)"]"#, 6000), (#"[[1, 2, 3], [4, 5, 6], [7]]"#, 7),
        (#"["\#(text)"]"#, 4000),
    ])
    func `of a batch every prompt is charged`(prompt: String, tokens: Int) async throws {
        let house = try Self.house()
        let routed = try await house.route(#"{"model": "m", "prompt": \#(prompt)}"#).get()
        #expect(routed.decision.uncachedTokens == tokens)
        #expect(house.loads.map(\.inFlightTokens).max() == tokens)
    }

    // MARK: Rates

    /// Whether the first tokens of streamed requests change what is known of endpoints' speed.
    private func teaches(
        _ prompt: String = #""prompt": "\#(text)""#,
        path: String = "/v1/completions",
        seesResponseBody: Bool = true
    ) async throws -> Bool {
        let house = try Self.house()
        var request = GatewayRequest(
            id: "1",
            path: path,
            body: House.bytes(#"{"model": "m", "stream": true, \#(prompt)}"#),
            subsetHint: nil
        )
        request.seesResponseBody = seesResponseBody
        for _ in 0..<20 {
            let routed = try await house.router.route(request).get()
            routed.observer.responseBegan(status: 200)
            routed.observer.firstBytes()
            routed.observer.responseEnded()
        }
        return house.loads.contains { $0.prefillRate != PrefillRate() }
    }

    @Test(arguments: [
        "/v1/completions", "/v1/completions?x=/tokenize", "/v1/chat/completions", "/v1/messages",
        "/v1/responses", "/generate",
    ])
    func `first tokens of what is generated teach rates`(path: String) async throws {
        #expect(try await teaches(path: path))
    }

    @Test(arguments: [
        "/tokenize", "/v1/embeddings", "/v1/messages/count_tokens", "/tokenize?x=/v1/completions",
        "",
    ])
    func `what generates nothing teaches no rate`(path: String) async throws {
        #expect(try await !teaches(path: path))
    }

    @Test(arguments: [
        #""prompt": ["\#(text)", "\#(text)"]"#, #""input": "\#(text)""#,
        #""input": [{"role": "user", "content": "\#(text)"}]"#,
    ])
    func `a batch, and a prompt whose tokens are a guess, teach no rate`(
        prompt: String
    ) async throws {
        #expect(try await !teaches(prompt))
    }

    @Test func `what the gateway does not show as it comes teaches no rate`() async throws {
        #expect(try await !teaches(seesResponseBody: false))
    }
}
