import ChatTemplates
import JSON
import Jinja
import Testing

@Suite struct ChatModelTests {
    private let clock = TemplateClock(at: .init(year: 2026, month: 1, day: 2))

    private func files(template: String = "{{ messages[0].content }}") -> ChatModelFiles {
        var files = ChatModelFiles()
        files.chatTemplate = Array(template.utf8)
        return files
    }

    private func prompt(
        _ body: String,
        _ files: ChatModelFiles,
        _ options: ChatModelOptions = .init()
    ) throws -> RenderedPrompt {
        let prompts = try ChatModel(files, options: options).render(
            body: JSONDocument(parsing: Array(body.utf8)).root,
            endpoint: .chatCompletions,
            clock: clock
        )
        guard case .text(let prompt) = prompts.first else {
            throw PromptError.unsupported(reason: "ids")
        }
        return prompt
    }

    private func text(_ prompt: RenderedPrompt) -> String {
        prompt.segments.map { segment in
            switch segment {
            case .text(let text), .ordinaryText(let text), .special(let text):
                String(decoding: text, as: UTF8.self)
            }
        }.joined()
    }

    @Test func `a template file comes before the tokenizer's configuration`() throws {
        var files = files(template: "file")
        files.tokenizerConfig = Array(#"{"chat_template": "config"}"#.utf8)
        let body = #"{"messages": [{"role": "user", "content": "a"}]}"#
        #expect(try text(prompt(body, files)) == "file")
        files.chatTemplate = nil
        #expect(try text(prompt(body, files)) == "config")
    }

    @Test func `requests with tools take the template for tools, if the model has one`() throws {
        var files = ChatModelFiles()
        files.tokenizerConfig = Array(
            """
            {"chat_template": [{"name": "default", "template": "plain"},
                               {"name": "tool_use", "template": "tools"}]}
            """.utf8
        )
        let messages = #""messages": [{"role": "user", "content": "a"}]"#
        let tools = #""tools": [{"type": "function", "function": {"name": "f"}}]"#
        #expect(try text(prompt("{\(messages)}", files)) == "plain")
        #expect(try text(prompt("{\(messages), \(tools)}", files)) == "tools")
    }

    @Test func `a processor's template is for requests without tools`() throws {
        var files = ChatModelFiles()
        files.processorChatTemplate = Array(#"{"chat_template": "processor"}"#.utf8)
        files.hasProcessor = true
        files.tokenizerConfig = Array(#"{"chat_template": "tokenizer"}"#.utf8)
        let messages = #""messages": [{"role": "user", "content": "a"}]"#
        let tools = #""tools": [{"type": "function", "function": {"name": "f"}}]"#
        #expect(try text(prompt("{\(messages)}", files)) == "processor")
        #expect(try text(prompt("{\(messages), \(tools)}", files)) == "tokenizer")
    }

    @Test func `named special tokens are variables, as strings or as objects`() throws {
        var files = files(template: "{{ bos_token }}{{ eos_token }}{{ pad_token }}")
        files.tokenizerConfig = Array(
            #"{"bos_token": "<b>", "eos_token": {"content": "<e>"}, "pad_token": null}"#.utf8
        )
        files.specialTokensMap = Array(#"{"eos_token": "<map>"}"#.utf8)
        let body = #"{"messages": [{"role": "user", "content": "a"}]}"#
        #expect(try text(prompt(body, files)) == "<b><map>")
        files.tokenizerConfig = Array(
            #"{"bos_token": "<b>", "eos_token": "<e>", "added_tokens_decoder": {}}"#.utf8
        )
        #expect(try text(prompt(body, files)) == "<b><e>")
    }

    @Test func `tokens of other names are variables too, and a class has defaults`() throws {
        var files = files(template: "{{ image_token }}{{ x }}{{ bos_token }}{{ eos_token }}")
        files.tokenizerConfig = Array(
            """
            {"image_token": "<i>", "extra_special_tokens": {"x": "<x>"}, "bos_token": null,
             "add_bos_token": true}
            """.utf8
        )
        var options = ChatModelOptions()
        options.specialTokenDefaults["bos_token"] = .string("<b>")
        options.specialTokenDefaults["eos_token"] = .string("<e>")
        let body = #"{"messages": [{"role": "user", "content": "a"}]}"#
        #expect(try text(prompt(body, files, options)) == "<i><x><e>")
    }

    @Test func `what the engine says in raise_exception is the reason of the refusal`() throws {
        let files = files(template: "{{ raise_exception('no such role') }}")
        #expect(throws: PromptError.rejected(reason: "no such role")) {
            try prompt(#"{"messages": [{"role": "user", "content": "a"}]}"#, files)
        }
    }

    @Test func `a template that cannot be rendered is refused when the model is loaded`() {
        #expect(throws: ChatModelError.self) { try ChatModel(files(template: "{% include 'x' %}")) }
        #expect(throws: ChatModelError.self) { try ChatModel(files(template: "{{ unclosed")) }
    }

    @Test(arguments: ["KimiK3ForConditionalGeneration", "DeepseekV4ForCausalLM"])
    func `kinds of models that the engine renders by code of its own are refused`(
        architecture: String
    ) {
        var files = files()
        files.config = Array(#"{"architectures": ["\#(architecture)"]}"#.utf8)
        #expect(throws: ChatModelError.self) { try ChatModel(files) }
    }

    @Test func `a configuration that is not JSON is named`() {
        var files = files()
        files.config = Array("{".utf8)
        do {
            _ = try ChatModel(files)
            Issue.record("loaded")
        } catch {
            guard case .file(path: "config.json", _) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func `a folder's files are found by their names`() throws {
        let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let folder = "/\(tests)/Fixtures/chat-model"
        let files = try ChatModelFiles(folder: folder)
        #expect(files.chatTemplate == Array("default".utf8))
        #expect(files.namedChatTemplates == ["tool_use": Array("tools".utf8)])
        #expect(files.hasProcessor)
        #expect(files.config == nil)
    }
}
