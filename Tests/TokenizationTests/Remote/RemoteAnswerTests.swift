import Domain
import Testing

@testable import Tokenization

@Suite struct RemoteAnswerTests {
    private func tokens(
        _ body: String,
        _ api: RemoteAPI,
        _ form: RequestForm = .chat
    ) throws -> RemoteTokens {
        try RemoteAnswer.tokens(in: Array(body.utf8), from: api, form, tokensMax: 4)
    }

    private func answer(_ ids: [UInt32], isComplete: Bool = true) -> RemoteTokens {
        RemoteTokens(ids: ids.map(TokenID.init(rawValue:)), isComplete: isComplete)
    }

    @Test func `each endpoint's answer is read`() throws {
        let tokenized = #"{"count":2,"max_model_len":9,"tokens":[1,2],"token_strs":null}"#
        #expect(try tokens(tokenized, .tokenize) == answer([1, 2]))
        #expect(try tokens(#"{"count":0,"tokens":[]}"#, .tokenize) == answer([]))
        #expect(try tokens(#"{"token_ids":[3],"features":null}"#, .render) == answer([3]))
        let list = #"[{"token_ids":[4,4294967295]},{"token_ids":[5]}]"#
        #expect(try tokens(list, .render, .completion) == answer([4, .max]))
    }

    @Test func `tokens end before the first media`() throws {
        let features =
            #"{"mm_placeholders":{"image":[{"offset":3,"length":1}],"#
            + #""audio":[{"offset":2,"length":1}]}}"#
        let body = #"{"token_ids":[1,2,3,4],"features":\#(features)}"#
        #expect(try tokens(body, .render) == answer([1, 2], isComplete: false))
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"tokens":[1],"count":2}"#, #"{"tokens":[1]}"#,
        #"{"tokens":[-1],"count":1}"#, #"{"tokens":[1.0],"count":1}"#,
        #"{"tokens":["1"],"count":1}"#, #"{"tokens":[4294967296],"count":1}"#,
        #"{"tokens":[1,2,3,4,5],"count":5}"#, #"{"tokens":{"a":1},"count":1}"#,
    ])
    func `what is no answer of /tokenize is refused`(body: String) {
        #expect(throws: RemoteAnswerError.self) { try tokens(body, .tokenize) }
    }

    @Test(arguments: [
        #"{"token_ids":[]}"#, #"{"token_ids":[true]}"#, #"{"tokens":[1]}"#,
        #"{"token_ids":[1],"features":{"mm_placeholders":{"image":[{"offset":1}]}}}"#,
        #"{"token_ids":[1],"features":{"mm_placeholders":{"image":[{"offset":-1}]}}}"#,
        #"{"token_ids":[1],"features":{"mm_placeholders":{"image":[{"length":1}]}}}"#,
    ])
    func `what is no answer of /render is refused`(body: String) {
        #expect(throws: RemoteAnswerError.self) { try tokens(body, .render) }
        #expect(throws: RemoteAnswerError.self) { try tokens("[]", .render, .completion) }
    }
}
