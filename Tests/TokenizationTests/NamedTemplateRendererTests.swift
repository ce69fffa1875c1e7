import ChatTemplates
import JSON
import Testing
import Tokenizer

@testable import Tokenization

@Suite struct NamedTemplateRendererTests {
    private func render(_ fields: String) throws -> RequestPrompts? {
        let body = try JSONDocument(parsing: Array("{\(fields)}".utf8)).root
        return try NamedTemplateRenderer(.chatML).render(body)
    }

    private func prompt(_ text: String, addsSpecialTokens: Bool) -> RequestPrompts {
        let segment = RenderedPrompt.Segment.text(Array(text.utf8))
        let prompt = RenderedPrompt(segments: [segment], addsSpecialTokens: addsSpecialTokens)
        return RequestPrompts([.text(prompt)])
    }

    private static let chat = #""messages":[{"role":"user","content":"hi"}]"#
    private static let chatText = "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"

    @Test(arguments: [
        (#""prompt":"hi""#, "hi", true),
        (#""prompt":"hi","add_special_tokens":false"#, "hi", false),
        (chat, chatText, false),
        (chat + #","add_special_tokens":true"#, chatText, true),
        (chat + #","tools":[],"documents":null,"chat_template_kwargs":{}"#, chatText, false),
        (chat + #","add_generation_prompt":true"#, chatText, false),
    ])
    func `a prompt has special tokens around it as the request says`(
        fields: String,
        text: String,
        addsSpecialTokens: Bool
    ) throws {
        #expect(try render(fields) == prompt(text, addsSpecialTokens: addsSpecialTokens))
    }

    @Test(arguments: [
        #""tools":[{"type":"function"}]"#,
        #""documents":[{"text":"a"}]"#,
        #""chat_template_kwargs":{"enable_thinking":false}"#,
        #""chat_template":"{{ x }}""#,
        #""add_generation_prompt":false"#,
        #""continue_final_message":true"#,
    ])
    func `what the template does not write is never left out in silence`(field: String) {
        #expect(throws: TokenizationError.self) { try render("\(Self.chat),\(field)") }
        // To a completion these mean nothing.
        #expect(throws: Never.self) { try render("\"prompt\":\"hi\",\(field)") }
    }

    @Test func `a chat with calls of tools is not written without them`() {
        let message = #"{"role":"assistant","tool_calls":[{"id":"1","type":"function"}]}"#
        #expect(throws: TokenizationError.self) { try render("\"messages\":[\(message)]") }
    }
}
