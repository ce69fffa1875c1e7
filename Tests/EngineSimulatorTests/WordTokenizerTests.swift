import Domain
import EngineSimulator
import Testing

struct WordTokenizerTests {
    private let tokenizer = WordTokenizer()

    private func count(_ text: String) -> Int { tokenizer.tokens(ofText: Array(text.utf8)).count }

    @Test(arguments: [
        ("", 0), ("one", 1), (" one", 1), ("one two", 2), ("one  two", 2), ("one\ntwo three", 3),
        ("one ", 2),
    ])
    func `a word and the space before it are a token`(text: String, tokenCount: Int) {
        #expect(count(text) == tokenCount)
    }

    @Test func `texts that share a beginning share its tokens`() {
        let first = tokenizer.tokens(ofText: Array("a b c d".utf8))
        let second = tokenizer.tokens(ofText: Array("a b c e".utf8))
        #expect(first.dropLast() == second.dropLast())
        #expect(first.last != second.last)
    }

    @Test func `an answer has the tokens that its text is tokenized to`() {
        var core = EngineCore(EngineConfig(), vocabulary: Vocabulary(tokenizer: tokenizer))
        let vocabulary = Vocabulary(tokenizer: tokenizer)
        core.submit(id: 1, prompt: [TokenID(rawValue: 1)], outputMax: 20)
        var (text, tokens): ([UInt8], [TokenID]) = ([], [])
        while let step = core.beginStep() {
            for output in core.endStep(step) {
                text += vocabulary.text(output.word, isFirst: output.isFirst)
                tokens.append(vocabulary.token(output.word, isFirst: output.isFirst))
            }
        }
        #expect(tokenizer.tokens(ofText: text) == tokens)
    }
}
