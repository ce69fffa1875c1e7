import ChatTemplates
import JSON
import Jinja
import Testing

@Suite struct CompletionRequestTests {
    private func prompts(
        _ body: String,
        _ files: ChatModelFiles = .init(),
        _ options: ChatModelOptions = .init()
    ) throws -> RequestPrompts {
        try ChatModel(files, options: options).render(
            body: JSONDocument(parsing: Array(body.utf8)).root,
            endpoint: .completions,
            clock: TemplateClock(at: .init(year: 2026, month: 1, day: 2))
        )
    }

    private func text(_ text: String, addsSpecialTokens: Bool = true) -> RequestPrompts.Sequence {
        .text(
            RenderedPrompt(
                segments: [.text(Array(text.utf8))],
                addsSpecialTokens: addsSpecialTokens
            )
        )
    }

    @Test func `a prompt is one text, with the tokenizer's special tokens unless refused`() throws {
        #expect(try prompts(#"{"prompt": "a"}"#).sequences == [text("a")])
        #expect(
            try prompts(#"{"prompt": "a", "add_special_tokens": false}"#).sequences
                == [text("a", addsSpecialTokens: false)]
        )
    }

    @Test func `every prompt of a list is a sequence, and the first stands for all`() throws {
        let prompts = try prompts(#"{"prompt": ["a", "b"]}"#)
        #expect(prompts.sequences == [text("a"), text("b")])
        #expect(prompts.first == text("a"))
    }

    @Test func `ids are taken as they are`() throws {
        #expect(try prompts(#"{"prompt": [1, 2]}"#).sequences == [.tokens([1, 2])])
        #expect(
            try prompts(#"{"prompt": [[1], [2, 3]]}"#).sequences == [
                .tokens([1]), .tokens([2, 3]),
            ]
        )
    }

    @Test(arguments: [
        "{}", #"{"prompt": ""}"#, #"{"prompt": []}"#, #"{"prompt": [1, "a"]}"#,
        #"{"prompt": [-1]}"#, #"{"prompt": [[1], 2]}"#, #"{"prompt": [4294967296]}"#,
        #"{"prompt": {}}"#, #"{"prompt": "a", "add_special_tokens": null}"#,
        #"{"prompt": "a", "truncate_prompt_tokens": -2}"#, "[]",
    ])
    func `what is no prompt is refused`(body: String) {
        #expect(throws: PromptError.self) { try prompts(body) }
    }

    @Test func `a request says how its prompt is cut`() throws {
        let prompts = try prompts(
            #"{"prompt": "a", "truncate_prompt_tokens": 5, "truncation_side": "right"}"#
        )
        #expect(prompts.truncation == .init(tokenCount: 5, keptEnd: .first))
        #expect(try self.prompts(#"{"prompt": "a"}"#).truncation == nil)
    }

    @Test func `Mistral's tokenizers find no special tokens in a prompt`() throws {
        var files = ChatModelFiles()
        files.tekken = Array(#"{"config": {"version": "v7"}}"#.utf8)
        var options = ChatModelOptions()
        options.tokenizerMode = .mistral
        let sequence = try prompts(#"{"prompt": "[INST]"}"#, files, options).first
        let segment = RenderedPrompt.Segment.ordinaryText(Array("[INST]".utf8))
        #expect(sequence == .text(RenderedPrompt(segments: [segment], addsSpecialTokens: true)))
    }
}
