import Testing

@testable import Tokenization

@Suite struct RemoteRequestTests {
    private func request(
        _ body: String,
        _ form: RequestForm = .chat,
        _ api: RemoteAPI = .render,
        model: String = "m"
    ) throws -> (path: String, body: String) {
        let request = try RemoteRequest(Array(body.utf8), as: form, to: api, model: model)
        return (request.path, String(decoding: request.body, as: UTF8.self))
    }

    private static let messages = #""messages":[{"role":"user","content":"hi"}]"#

    @Test func `the client's bytes go out as they came`() throws {
        let body = #" {"z" : 1.0, "model":"m", "tools":[ {"b":1,"a":2} ],\#(Self.messages)}"#
        #expect(try request(body).body == body)
        #expect(try request(body).path == "/v1/chat/completions/render")
        #expect(try request(body, .chat, .tokenize) == ("/tokenize", body))
        let completion = #"{"model":"m","prompt":["a","b"]}"#
        #expect(try request(completion, .completion).path == "/v1/completions/render")
    }

    @Test(arguments: [
        (#"{"model":"lora", "a":1}"#, #"{"model":"base", "a":1}"#),
        (#"{"model":"x","mod\u0065l" : "lora" }"#, #"{"model":"x","mod\u0065l" : "base" }"#),
        (#" {"a":{"model":"lora"}}"#, #" {"model":"base","a":{"model":"lora"}}"#),
        ("{}", #"{"model":"base"}"#),
        (#"{"model":null}"#, #"{"model":"base"}"#),
    ])
    func `another name of the model gives way, and nothing else`(body: String, sent: String) throws
    {
        #expect(try request(body, model: "base").body == sent)
    }

    @Test(arguments: [
        #"{\#(messages),"reasoning_effort":"low"}"#, #"{\#(messages),"documents":[]}"#,
        #"{\#(messages),"truncate_prompt_tokens":4}"#,
        #"{"messages":[{"role":"user","content":[{"type":"image_url"}]}]}"#,
    ])
    func `what /tokenize would answer wrongly is not sent to it`(body: String) throws {
        #expect(throws: TokenizationError.self) { try request(body, .chat, .tokenize) }
        #expect(try request(body, .chat, .render, model: "m").path.hasSuffix("/render"))
    }

    @Test func `/tokenize takes a prompt that is one string only`() throws {
        #expect(try request(#"{"prompt":"a"}"#, .completion, .tokenize).path == "/tokenize")
        for prompt in [#"["a"]"#, "[1,2]", "null"] {
            #expect(throws: TokenizationError.self) {
                try request("{\"prompt\":\(prompt)}", .completion, .tokenize)
            }
        }
    }

    @Test(arguments: ["", "[]", "{", "7"])
    func `what is no JSON object is not sent`(body: String) {
        #expect(throws: TokenizationError.self) { try request(body) }
    }
}
