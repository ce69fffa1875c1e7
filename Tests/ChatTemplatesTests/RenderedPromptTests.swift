import ChatTemplates
import Testing

@Suite struct RenderedPromptTests {
    @Test func `a prompt is complete and brings its own special tokens unless told otherwise`() {
        let prompt = RenderedPrompt(segments: [.text(Array("a".utf8))])
        #expect(prompt.isComplete)
        #expect(!prompt.addsSpecialTokens)
    }
}
