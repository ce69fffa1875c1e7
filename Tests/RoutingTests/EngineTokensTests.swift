import Bytes
import Domain
import HTTP
import JSON
import KVIndexer
import Routing
import Scheduling
import Scorers
import Synchronization
import Telemetry
import Testing
import Tokenization

/// Tokens that engines tell, and tokens that go to the engine.
@Suite(.timeLimit(.minutes(1)))
struct EngineTokensTests {
    private static let byPrefix = [WeightedScorer(PrefixCacheScorer(), weight: 1)]
    private static let chatPath = "/v1/chat/completions"
    private static let chat = #"{"model": "m", "messages": [{"role": "user", "content": "hello"}]}"#

    /// A house without tokenizers, whose engine's answer `answer` gives.
    private func withEngine(
        deadline: Duration = .seconds(20),
        _ answer: @escaping HTTPServer.Handler,
        _ body: (House) async throws -> Void
    ) async throws {
        let server = try HTTPServer.listen(HTTPServer.Config(), handler: answer)
        let running = Task { try await server.run() }
        defer { running.cancel() }
        var config = RemoteTokenizer.Config()
        config.api = .tokenize
        config.deadline = deadline
        let remote = RemoteTokenizer(
            config,
            client: HTTPClient(),
            metrics: RemoteTokenizerMetrics(registry: MetricsRegistry()),
            log: Log(level: .error)
        )
        remote.setEngines(["http://127.0.0.1:\(server.port)"])
        try await body(
            House(
                scorers: Self.byPrefix,
                models: EngineModels(baseModels: ["lora": "m"]),
                engines: remote,
                injectsTokenIDs: true
            )
        )
    }

    /// One token for each byte of the prompt.
    private static func tokenize(_ request: HTTPRequest) -> HTTPResponse {
        let bytes = (try? JSONDocument(parsing: request.body).root["prompt"]?.bytes) ?? []
        let ids = bytes.map { String($0) }.joined(separator: ",")
        return HTTPResponse(
            text: "{\"count\":\(bytes.count),\"tokens\":[\(ids)]}",
            contentType: "application/json"
        )
    }

    @Test(arguments: ["m", "lora"])
    func `ids that an engine tells lead to the endpoint that holds them`(model: String)
        async throws
    {
        try await withEngine {
            Self.tokenize($0)
        } _: { house in
            try house.hold("the same long prefix", as: model, at: house.endpoints[2])
            let body = #"{"model": "\#(model)", "prompt": "the same long prefix, and more"}"#
            let routed = try await house.route(body).get()
            #expect(routed.decision.endpoint.name == "c")
            #expect(routed.decision.matchedBlocks == 5)
            #expect(routed.decision.blockCount == 7)
            #expect(routed.replacementBody == nil)
        }
    }

    @Test func `an engine is asked with the client's bytes under the base model's name`()
        async throws
    {
        let asked = Mutex<[[UInt8]]>([])
        try await withEngine { request in
            asked.withLock { $0.append(request.body) }
            return Self.tokenize(request)
        } _: { house in
            _ = try await house.route(#"{"model": "lora",  "prompt": "one"}"#).get()
        }
        let body = try #require(asked.withLock { $0.first })
        #expect(String(decoding: body, as: UTF8.self) == #"{"model": "m",  "prompt": "one"}"#)
    }

    @Test(arguments: [
        (404, TokenizationError.noTokenizer(model: "m")),
        (500, .noTokenizer(model: "m")),
        (400, .unrenderable(reason: "")),
    ])
    func `an engine that does not tell its ids degrades the request to load`(
        status: Int,
        reason: TokenizationError
    ) async throws {
        try await withEngine { _ in
            HTTPResponse(status: status)
        } _: { house in
            let routed = try await house.route(house.completion("x")).get()
            #expect(routed.decision.blockCount == 0)
            #expect(house.degradedCount(reason) == 1)
        }
    }

    @Test func `an engine that takes too long degrades the request to load`() async throws {
        let (forever, goOn) = AsyncStream.makeStream(of: Void.self)
        try await withEngine(deadline: .milliseconds(20)) { _ in
            for await _ in forever {}
            return HTTPResponse()
        } _: { house in
            let routed = try await house.route(house.completion("x")).get()
            #expect(routed.decision.blockCount == 0)
            #expect(house.degradedCount(.late) == 1)
            goOn.finish()
        }
    }

    @Test func `without anybody to ask, a model of engines alone has no tokens`() async throws {
        let house = try House(scorers: Self.byPrefix, models: EngineModels())
        #expect(try await house.route(house.completion("x")).get().decision.blockCount == 0)
        #expect(house.degradedCount(.noTokenizer(model: "m")) == 1)
    }

    private func text(_ body: SharedBytes?) -> String? {
        body.map { body in
            String(decoding: body.span.indices.map { body.span[$0] }, as: UTF8.self)
        }
    }

    @Test func `a chat goes on with its ids, and is otherwise the client's`() async throws {
        let house = try House(scorers: Self.byPrefix, injectsTokenIDs: true)
        let routed = try await house.route(Self.chat, path: Self.chatPath + "?x=1").get()
        let body = try #require(text(routed.replacementBody))
        let prompt = "<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n"
        let ids = try JSONDocument(parsing: Array(body.utf8))
            .root["kv_transfer_params"]?["prompt_token_ids"]
        var bytes: [UInt8] = []
        ids?.forEachElement { bytes.append($0.int.flatMap(UInt8.init(exactly:)) ?? 0) }
        #expect(bytes == Array(prompt.utf8))
        #expect(body.contains(Self.chat.dropFirst().dropLast()))
    }

    @Test(arguments: [
        (false, chatPath, chat),
        (true, "/v1/completions", chat),
        (true, "/v1/chat/completions/render", chat),
        (true, "", chat),
        (true, chatPath, #"{"model": "m", "prompt": "hello"}"#),
        (true, chatPath, #"{"model": "m", "echo": true, "messages": [{"role": "user"}]}"#),
    ])
    func `a body stays as it is, unless it is a chat and ids are asked for`(
        isAskedFor: Bool,
        path: String,
        body: String
    ) async throws {
        let house = try House(scorers: Self.byPrefix, injectsTokenIDs: isAskedFor)
        let routed = try await house.route(body, path: path).get()
        #expect(routed.decision.blockCount > 0)
        #expect(routed.replacementBody == nil)
    }
}
