import JSON
import Jinja
import Testing

@testable import ChatTemplates

@Suite struct ChatRequestTests {
    private let clock = TemplateClock(at: .init(year: 2026, month: 1, day: 2))

    private func render(
        _ body: String,
        template: String = "{% for m in messages %}<{{ m.content }}>{% endfor %}",
        options: ChatModelOptions = .init()
    ) throws -> RequestPrompts {
        var files = ChatModelFiles()
        files.chatTemplate = Array(template.utf8)
        return try ChatModel(files, options: options).render(
            body: JSONDocument(parsing: Array(body.utf8)).root,
            endpoint: .chatCompletions,
            clock: clock
        )
    }

    private func prompt(_ prompts: RequestPrompts) -> (text: String, isComplete: Bool)? {
        guard case .text(let prompt) = prompts.first, case .text(let text)? = prompt.segments.first
        else { return nil }
        return (String(decoding: text, as: UTF8.self), prompt.isComplete)
    }

    private let image = #"{"type": "image_url", "image_url": {"url": "http://x/y.png"}}"#

    @Test func `where templates see text, a prompt with an image ends before that message's text`()
        throws
    {
        let body =
            #"{"messages": [{"role": "user", "content": "a"}, {"role": "user", "content": "#
            + #"[{"type": "text", "text": "b"}, \#(image)]}]}"#
        let prompt = try #require(prompt(try render(body)))
        #expect(prompt.text == "<a><")
        #expect(!prompt.isComplete)
    }

    @Test func `where templates see parts, a prompt with an image ends before its placeholder`()
        throws
    {
        let template = """
            {% for m in messages %}{% for part in m.content %}{% if part.type == 'image' %}\
            <|image_pad|>{% else %}{{ part.text }}{% endif %}{% endfor %}{% endfor %}
            """
        let body =
            #"{"messages": [{"role": "user", "content": [{"type": "text", "text": "b"}, "#
            + #"\#(image), {"type": "text", "text": "c"}]}]}"#
        let prompt = try #require(prompt(try render(body, template: template)))
        #expect(prompt.text == "b")
        #expect(!prompt.isComplete)
    }

    @Test func `ids of an earlier stage are taken over, but not where there is an image`() throws {
        let ids = #""kv_transfer_params": {"prompt_token_ids": [1, 2]}"#
        let text = #""messages": [{"role": "user", "content": "a"}]"#
        let media = #""messages": [{"role": "user", "content": [\#(image)]}]"#
        #expect(try render("{\(text), \(ids)}").first == .tokens([1, 2]))
        #expect(try render(#"{\#(text), \#(ids), "echo": true}"#).first != .tokens([1, 2]))
        #expect(try render("{\(media), \(ids)}").first != .tokens([1, 2]))
        #expect(throws: PromptError.self) {
            try render(#"{\#(text), "kv_transfer_params": {"prompt_token_ids": [-1]}}"#)
        }
    }

    @Test func `a request adds the tokenizer's special tokens only if it says so`() throws {
        let text = #""messages": [{"role": "user", "content": "a"}]"#
        for (field, wanted) in [("", false), (#", "add_special_tokens": true"#, true)] {
            guard case .text(let prompt) = try render("{\(text)\(field)}").first else {
                Issue.record("no text")
                return
            }
            #expect(prompt.addsSpecialTokens == wanted)
        }
    }

    @Test func `JSON that Python alone reads is not taken for an empty object`() {
        let call = #"{"id": "1", "type": "function", "function": {"name": "f", "arguments": "#
        let bigInteger = #""{\"a\": 12345678901234567890123}""#
        for arguments in [
            bigInteger, #""{\"a\": NaN}""#, #""\#(String(repeating: "[", count: 70))""#,
        ] {
            let body =
                #"{"messages": [{"role": "assistant", "tool_calls": [\#(call)\#(arguments)}}]}]}"#
            do {
                _ = try render(body)
                Issue.record("rendered \(arguments)")
            } catch let error as PromptError {
                guard case .unsupported = error else {
                    Issue.record("\(error)")
                    return
                }
            } catch {
                Issue.record("\(error)")
            }
        }
    }

    @Test func `a text that repeats itself is found in linear time`() {
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 2_000_000)
        let needle = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000) + [UInt8(ascii: "b")]
        let elapsed = ContinuousClock().measure {
            #expect(text.firstStart(of: needle) == nil)
            #expect((text + [UInt8(ascii: "b")]).firstStart(of: needle) == 1_000_000)
        }
        #expect(elapsed < .seconds(60), "quadratic time takes hours")
    }

    @Test(arguments: [
        ("  a b ", "a b", "  a b"), ("\u{3000}x\u{a0}", "x", "\u{3000}x"), ("", "", ""),
        (" \n\t", "", ""), ("é\u{200b}", "é\u{200b}", "é\u{200b}"),
        ("\u{1c}a\u{85}", "a", "\u{1c}a"),
    ])
    func `white space is what Python takes for it`(text: String, stripped: String, right: String) {
        #expect(Array(text.utf8).trimmedAsPython == Array(stripped.utf8))
        #expect(Array(text.utf8).trimmedAtEndAsPython == Array(right.utf8))
    }
}
