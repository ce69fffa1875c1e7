import Domain
import JSON
import Testing
import Tokenization
import Tokenizer

@Suite struct PromptReaderTests {
    private func prompt(_ text: String) throws -> Prompt {
        PromptReader.prompt(of: try JSONDocument(parsing: Array(text.utf8)).root)
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
        expected: Prompt
    ) throws {
        let read = try prompt(#"{"model": "m", "prompt": \#(json), "max_tokens": 1}"#)
        #expect(read == expected)
    }

    @Test func `a chat's parts are joined as the engine joins them`() throws {
        let read = try prompt(
            """
            {"messages": [{"role": "system", "content": "s"},
              {"content": [{"type": "text", "text": "a"}, "b"], "role": "user"},
              {"role": "assistant", "content": null}], "model": "m", "n": 1}
            """
        )
        func message(_ role: String, _ content: String) -> ChatMessage {
            ChatMessage(role: Array(role.utf8), content: Array(content.utf8))
        }
        #expect(
            read
                == .chat([
                    message("system", "s"), message("user", "a\nb"), message("assistant", ""),
                ])
        )
    }

    @Test func `a chat with an image has no prompt that is known`() throws {
        let read = try prompt(
            """
            {"model": "m", "messages": [{"role": "user", "content": [
              {"type": "image_url", "image_url": {"url": "x"}}, {"type": "text", "text": "?"}]}]}
            """
        )
        #expect(read == .none)
    }

    @Test func `a request without prompt or messages has none`() throws {
        #expect(try prompt(#"{"model": "m", "input": "embed me"}"#) == .none)
    }
}
