import Domain
import Testing
import Tokenizer

@Suite struct ChatTemplateTests {
    private func render(_ template: ChatTemplate, _ messages: [(String, String)]) -> String {
        var prompt: [UInt8] = []
        template.render(
            messages.map { ChatMessage(role: Array($0.0.utf8), content: Array($0.1.utf8)) },
            to: &prompt
        )
        return String(decoding: prompt, as: UTF8.self)
    }

    @Test func `Llama 3 puts BOS first, trims contents, and opens the assistant's turn`() {
        #expect(
            render(.llama3, [("system", "\n Be brief. "), ("user", "hi\t")])
                == "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief."
                + "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nhi<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\n"
        )
    }

    @Test func `Llama 3 without messages has no BOS, as its template says`() {
        #expect(
            render(.llama3, []) == "<|start_header_id|>assistant<|end_header_id|>\n\n"
        )
    }

    @Test(arguments: [
        ("\u{A0}\u{3000}a\u{2028}", "a"),
        ("\u{1C}\u{1D}\u{1E}\u{1F}a b\u{85}", "a b"),
        ("\u{200B}a\u{FEFF}", "\u{200B}a\u{FEFF}"),  // not whitespace to Python
        (" \n ", ""),
        ("", ""),
    ])
    func `contents are trimmed as Python does`(content: String, trimmed: String) {
        #expect(
            render(.llama3, [("user", content)])
                == render(.llama3, [("user", "MARK")]).replacing("MARK", with: trimmed)
        )
    }

    @Test func `ChatML keeps contents as they are`() {
        #expect(
            render(.chatML, [("user", " hi\n"), ("assistant", "yo")])
                == "<|im_start|>user\n hi\n<|im_end|>\n<|im_start|>assistant\nyo<|im_end|>\n"
                + "<|im_start|>assistant\n"
        )
    }

    @Test func `a template is chosen by its name, and an unknown name lists the known ones`() throws
    {
        #expect(try ChatTemplate(named: "llama3") == .llama3)
        #expect(try ChatTemplate(named: "chatml") == .chatML)
        let error = #expect(throws: ChatTemplateError.self) { try ChatTemplate(named: "lama") }
        #expect(
            error?.description == "no chat template is named \"lama\"; known: llama3, chatml"
        )
    }
}
