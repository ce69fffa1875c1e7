import Testing
import Tokenizer

/// A file that asks for what is not done here is refused, by name.
@Suite struct TokenizerFileTests {
    private func message(_ file: SmallTokenizer) -> String {
        do throws(TokenizerError) {
            _ = try PipelineTokenizer.load(json: file.json)
            return "loaded"
        } catch {
            return error.description
        }
    }

    @Test func `the file that the others vary loads`() {
        #expect(message(SmallTokenizer()) == "loaded")
        #expect(message(SmallTokenizer(merges: #"[["a", "b"], ["ab", "c"]]"#)) == "loaded")
        #expect(message(SmallTokenizer(merges: ##"["#version: 0.2", "a b"]"##)) == "loaded")
        #expect(
            message(SmallTokenizer(normalizer: #"{"type": "Sequence", "normalizers": []}"#))
                == "loaded"
        )
    }

    @Test(arguments: [
        (SmallTokenizer(model: #""type": "Neural""#), "model", "\"Neural\"", "BPE, Unigram"),
        (SmallTokenizer(model: #""dropout": 0.1"#), "dropout", "0.1", "null"),
        (SmallTokenizer(normalizer: #"{"type": "NFX"}"#), "normalizer", "NFX", "a normalizer"),
        (
            SmallTokenizer(postProcessor: #"{"type": "Wrapping"}"#),
            "post_processor", "Wrapping", "TemplateProcessing"
        ),
        (
            SmallTokenizer(
                postProcessor: #"""
                    {"type": "Sequence", "processors": [
                      {"type": "BertProcessing", "cls": ["a", 1], "sep": ["b", 2]},
                      {"type": "RobertaProcessing", "cls": ["a", 1], "sep": ["b", 2]}]}
                    """#
            ),
            "post_processor", "a Sequence", "one that adds tokens"
        ),
        (SmallTokenizer(more: #""vision": {}"#), "vision", "object", "no such field"),
    ])
    func `a part that is not supported is named, with what was expected`(
        file: SmallTokenizer,
        part: String,
        found: String,
        expected: String
    ) {
        let message = message(file)
        #expect(message.contains("is not supported"))
        #expect(message.contains(part))
        #expect(message.contains(found))
        #expect(message.contains("expected \(expected)") || message.contains(expected))
    }

    @Test(arguments: [
        (SmallTokenizer(merges: #"["a b c"]"#), "is not a pair"),
        (SmallTokenizer(merges: #"["a c"]"#), "\"a\" and \"c\""),
        (SmallTokenizer(model: #""byte_fallback": 1"#), "byte_fallback"),
        (SmallTokenizer(model: #""type": "Unigram""#), "Unigram"),
        (SmallTokenizer(addedTokens: #"[{"content": "x"}]"#), "single_word"),
        (SmallTokenizer(more: "x"), "tokenizer.json"),
    ])
    func `a malformed part is named`(file: SmallTokenizer, text: String) {
        #expect(message(file).contains(text))
    }

    @Test func `a path that cannot be read is in the error`() {
        let error = #expect(throws: TokenizerError.self) {
            try PipelineTokenizer.load(path: "/nowhere/tokenizer.json")
        }
        #expect(
            error?.description
                == "cannot read /nowhere/tokenizer.json: No such file or directory"
        )
    }
}
