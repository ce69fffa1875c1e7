import Bytes
import Domain
import Routing
import Testing

@Suite struct ParsedRequestTests {
    private func parse(_ text: String) throws(PickError) -> ParsedRequest {
        var body = GrowingBytes()
        body.append(Array(text.utf8).span)
        return try ParsedRequest(body.take())
    }

    @Test func `a request's model and salt are read, the last of each`() throws {
        let request = try parse(#"{"model": "a", "cache_salt": "t", "model": "m"}"#)
        #expect(request.model == "m")
        #expect(request.cacheSalt == "t")
        #expect(try parse(#"{"model": "m"}"#).cacheSalt == nil)
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

    @Test func `whether it streams, and how much it may generate, is read`() throws {
        let request = try parse(#"{"model": "m", "stream": true, "max_completion_tokens": 7}"#)
        #expect(request.isStreamed)
        #expect(request.outputTokensMax == 7)
        #expect(try parse(#"{"model": "m", "max_tokens": 9}"#).outputTokensMax == 9)
        #expect(try parse(#"{"model": "m", "max_output_tokens": -9}"#).outputTokensMax == 0)
        let plain = try parse(#"{"model": "m", "stream": "yes", "max_tokens": null}"#)
        #expect(!plain.isStreamed)
        #expect(plain.outputTokensMax == nil)
    }
}
