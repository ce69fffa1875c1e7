import ChatTemplates
import Domain
import EngineSimulator
import HTTP
import JSON
import Testing
import Tokenization
import Tokenizer

/// One token for each byte.
private struct ByteTokenizer: Tokenizer {
    func encode(_ text: Span<UInt8>, addSpecialTokens: Bool, to tokens: inout [TokenID]) {
        for index in text.indices { tokens.append(TokenID(rawValue: UInt32(text[index]))) }
    }

    func encodeOrdinary(_ text: Span<UInt8>, to tokens: inout [TokenID]) {
        encode(text, addSpecialTokens: false, to: &tokens)
    }

    func addedToken(_ content: [UInt8]) -> TokenID? { nil }
}

/// Writes a chat's first message and what else the request says of its prompt.
private struct SmallTemplate: PromptRendering {
    func render(_ body: JSONValue) throws(TokenizationError) -> RequestPrompts? {
        guard let messages = body["messages"] else { return nil }
        var text: [UInt8] = []
        messages.forEachElement { text += $0["content"]?.bytes ?? [] }
        if text.isEmpty { throw .unrenderable(reason: "nothing was said") }
        if body["tools"] != nil { text += "T".utf8 }
        text += body["chat_template_kwargs"]?["more"]?.bytes ?? []
        if body["add_generation_prompt"]?.bool != false { text += ">".utf8 }
        return RequestPrompts([.text(RenderedPrompt(segments: [.text(text)]))])
    }
}

@Suite(.timeLimit(.minutes(1)))
struct ModelTokenizerTests {
    private struct SilentPublisher: EventPublisher {
        func publish(number: UInt64, payload: [UInt8]) {}
    }

    /// What the engine answers to a body on a path.
    private func answer(_ path: String, _ fields: String) async throws -> HTTPClient.Response {
        var config = EngineConfig()
        (config.model, config.timeScale) = ("m", 1000)
        let model = LoadedModel(tokenizer: ByteTokenizer(), renderer: SmallTemplate())
        let endpoint = try SimulatedEndpoint.listen(
            config,
            on: HTTPServer.Config(),
            tokenizer: ModelTokenizer(model),
            vocabulary: Vocabulary(tokenizer: WordTokenizer())
        )
        let running = Task { try await endpoint.run(publishingTo: SilentPublisher()) }
        defer { running.cancel() }
        let url = "http://127.0.0.1:\(endpoint.port)\(path)"
        let body = Array(#"{"model":"m",\#(fields)}"#.utf8)
        return try await HTTPClient().send(.init("POST", url, body: body))
    }

    private func text(_ ids: JSONValue?) -> String {
        var bytes: [UInt8] = []
        ids?.forEachElement { bytes.append($0.int.flatMap(UInt8.init(exactly:)) ?? 0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let chat = #""messages":[{"role":"user","content":"hello"}]"#

    @Test(arguments: [
        (chat, "hello>"),
        (chat + #","add_generation_prompt":false"#, "hello"),
        (chat + #","chat_template_kwargs":{"more":" you"}"#, "hello you>"),
        (chat + #","tools":[]"#, "helloT>"),
    ])
    func `all of a chat reaches the template, on every path`(
        fields: String,
        prompt: String
    ) async throws {
        let told = try await answer("/tokenize", fields)
        #expect(try text(JSONDocument(parsing: told.body).root["tokens"]) == prompt)
        let rendered = try await answer("/v1/chat/completions/render", fields)
        #expect(try text(JSONDocument(parsing: rendered.body).root["token_ids"]) == prompt)
        let served = try await answer("/v1/chat/completions", fields)
        let usage = try JSONDocument(parsing: served.body).root["usage"]
        #expect(usage?["prompt_tokens"]?.int == prompt.utf8.count)
    }

    @Test(arguments: ["/tokenize", "/v1/chat/completions", "/v1/chat/completions/render"])
    func `a chat that the template refuses is a bad request, with its reason`(
        path: String
    ) async throws {
        let response = try await answer(path, #""messages":[{"role":"user"}]"#)
        #expect(response.status == 400)
        let error = try JSONDocument(parsing: response.body).root["error"]
        #expect(error?["message"]?.string == "nothing was said")
    }

    @Test func `ids that come with a chat are taken without its template`() async throws {
        let ids = #""kv_transfer_params":{"prompt_token_ids":[1,2,3]}"#
        let chat = #""messages":[{"role":"user"}]"#
        let response = try await answer("/v1/chat/completions", "\(chat),\(ids)")
        let usage = try JSONDocument(parsing: response.body).root["usage"]
        #expect(usage?["prompt_tokens"]?.int == 3)
    }
}
