import Domain
import HTTP
import Telemetry
import Testing

@testable import Tokenization

@Suite(.timeLimit(.minutes(1)))
struct RemoteTokenizerTests {
    private let metrics = RemoteTokenizerMetrics(registry: MetricsRegistry())
    private let client = HTTPClient()
    private let warnings = Recorder<String>()
    private static let body = Array(
        #"{"model":"lora","messages":[{"role":"user","content":"hi"}]}"#.utf8
    )

    private func tokenizer(
        _ urls: [String],
        _ change: (inout RemoteTokenizer.Config) -> Void = { _ in }
    ) -> RemoteTokenizer {
        var config = RemoteTokenizer.Config()
        config.deadline = .seconds(20)
        config.breaker.failuresInARowMax = 3
        config.breaker.openTime = .seconds(3600)
        config.breaker.openTimeMax = .seconds(3600)
        change(&config)
        let log = Log(level: .warning) { [warnings] in warnings.record($0) }
        let tokenizer = RemoteTokenizer(config, client: client, metrics: metrics, log: log)
        tokenizer.setEngines(urls)
        return tokenizer
    }

    private func ask(
        _ tokenizer: RemoteTokenizer
    ) async -> Result<RemoteTokens, TokenizationError> {
        do {
            return .success(try await tokenizer.tokens(of: Self.body, as: .chat, model: "base"))
        } catch {
            return .failure(error)
        }
    }

    @Test func `an engine's tokens are those of the client's bytes under the engine's name`()
        async throws
    {
        let received = Recorder<HTTPRequest>()
        try await withServer { request in
            received.record(request)
            return HTTPResponse(json: #"{"token_ids":[7,8]}"#)
        } _: { url in
            let tokenizer = tokenizer([url]) { $0.apiKey = "secret" }
            let tokens = try await ask(tokenizer).get()
            #expect(tokens.ids.map(\.rawValue) == [7, 8])
        }
        let request = try #require(received.all.first)
        #expect(request.path == "/v1/chat/completions/render")
        #expect(request.headers["authorization"] == "Bearer secret")
        let sent = #"{"model":"base","messages":[{"role":"user","content":"hi"}]}"#
        #expect(String(decoding: request.body, as: UTF8.self) == sent)
        #expect(metrics.answered.value == 1)
    }

    @Test func `an engine that fails is soon asked no more, with one warning`() async throws {
        let received = Recorder<String>()
        try await withServer { request in
            received.record(request.path)
            return HTTPResponse(status: 503)
        } _: { url in
            let tokenizer = tokenizer([url])
            for _ in 0..<3 {
                #expect(await ask(tokenizer) == .failure(.noTokenizer(model: "base")))
            }
            for _ in 0..<100 { #expect(await ask(tokenizer) == .failure(.full)) }
        }
        #expect(received.all.count == 3)
        #expect(warnings.all.count == 1)
        #expect(metrics.notAsked.value == 100)
        #expect(metrics.openCircuits.value == 1)
    }

    @Test func `an engine that does not answer in time costs its callers the deadline`()
        async throws
    {
        try await withServer { _ in
            await untilCancelled()
            return HTTPResponse()
        } _: { url in
            let tokenizer = tokenizer([url]) { $0.deadline = .milliseconds(30) }
            for _ in 0..<3 { #expect(await ask(tokenizer) == .failure(.late)) }
            #expect(await ask(tokenizer) == .failure(.full))
        }
        #expect(metrics.late.value == 3)
    }

    @Test func `a refused request says nothing against the engine`() async throws {
        try await withServer { _ in
            HTTPResponse(json: "{}", status: 400)
        } _: { url in
            let tokenizer = tokenizer([url])
            for _ in 0..<10 {
                let refusal = TokenizationError.unrenderable(reason: "the engine answers 400")
                #expect(await ask(tokenizer) == .failure(refusal))
            }
        }
        #expect(metrics.openCircuits.value == 0)
    }

    @Test func `where one engine cannot be reached the next is asked`() async throws {
        let closed = try HTTPServer.listen(HTTPServer.Config()) { _ in HTTPResponse() }
        let unreachable = "http://127.0.0.1:\(closed.port)"
        _ = consume closed
        try await withServer { _ in
            HTTPResponse(json: #"{"token_ids":[1]}"#)
        } _: { url in
            let tokenizer = tokenizer([unreachable, url])
            for _ in 0..<8 {
                let tokens = try await ask(tokenizer).get()
                #expect(tokens.ids.count == 1)
            }
        }
        #expect(metrics.failed.value == 3)
        #expect(metrics.answered.value == 8)
    }

    @Test func `an answer that is too long or malformed is a failure, not tokens`() async throws {
        try await withServer { _ in
            HTTPResponse(json: #"{"token_ids":[1,2,3,4]}"#)
        } _: { url in
            let short = tokenizer([url]) { $0.tokensMax = 3 }
            #expect(await ask(short) == .failure(.noTokenizer(model: "base")))
            let small = tokenizer([url]) { $0.responseBytesMax = 5 }
            #expect(await ask(small) == .failure(.noTokenizer(model: "base")))
        }
        #expect(metrics.malformed.value == 1)
        #expect(metrics.failed.value == 1)
    }

    @Test func `without an engine there is nobody to ask`() async {
        #expect(await ask(tokenizer([])) == .failure(.full))
    }
}
