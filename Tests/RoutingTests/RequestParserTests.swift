import Bytes
import Domain
import Routing
import Testing

@Suite struct RequestParserTests {
    private func parse(_ text: String) throws(PickError) -> InferenceRequest {
        var body = GrowingBytes()
        body.append(Array(text.utf8).span)
        return try RequestParser.parse(body.take())
    }

    private static func text(_ text: String) -> Prompt { .text(Array(text.utf8)) }

    private static func ids(_ ids: UInt32...) -> Prompt {
        .tokens(ids.map(TokenID.init(rawValue:)))
    }

    @Test(arguments: [
        (#""héllo\n""#, text("héllo\n")),
        (#"["first", "second"]"#, text("first")),
        ("[1, 2, 4294967295]", ids(1, 2, 4_294_967_295)),
        ("[[7, 8], [9]]", ids(7, 8)),
        ("[1, -1]", .none),
        ("[1, 4294967296]", .none),
        ("[]", .none),
        ("12", .none),
    ])
    func `a completion's prompt may have every form that engines take`(
        json: String,
        prompt: Prompt
    ) throws {
        let request = try parse(#"{"model": "m", "prompt": \#(json), "max_tokens": 1}"#)
        #expect(request.model == "m")
        #expect(request.prompt == prompt)
    }

    @Test func `a chat's parts are joined as the engine joins them`() throws {
        let request = try parse(
            """
            {"messages": [{"role": "system", "content": "s"},
              {"content": [{"type": "text", "text": "a"}, "b"], "role": "user"},
              {"role": "assistant", "content": null}], "model": "m", "cache_salt": "t"}
            """
        )
        func message(_ role: String, _ content: String) -> ChatMessage {
            ChatMessage(role: Array(role.utf8), content: Array(content.utf8))
        }
        #expect(
            request.prompt
                == .chat([
                    message("system", "s"), message("user", "a\nb"), message("assistant", ""),
                ])
        )
        #expect(request.cacheSalt == "t")
    }

    @Test func `a chat with an image is routed without its prompt`() throws {
        let request = try parse(
            """
            {"model": "m", "messages": [{"role": "user", "content": [
              {"type": "image_url", "image_url": {"url": "x"}}, {"type": "text", "text": "?"}]}]}
            """
        )
        #expect(request.prompt == .none)
    }

    @Test func `a request without prompt or messages is routed without a prompt`() throws {
        #expect(try parse(#"{"model": "m", "input": "embed me"}"#).prompt == .none)
    }

    @Test(arguments: [#"{"prompt": "x"}"#, #"{"model": 7}"#, #"{"model": ""}"#, "{}"])
    func `a body without a model is refused in llm-d's words`(text: String) {
        #expect(throws: PickError.malformedRequest(reason: "model not found in request body")) {
            try parse(text)
        }
    }

    @Test(arguments: ["no healthy upstream", #"{"model": "m""#, "[1]", #""text""#])
    func `a body that is not a JSON object is refused`(text: String) {
        #expect {
            try parse(text)
        } throws: { error in
            guard case PickError.malformedRequest(let reason) = error else { return false }
            return reason.hasPrefix("error unmarshaling request bodyMap: ")
        }
    }
}
