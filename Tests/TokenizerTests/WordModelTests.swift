import Domain
import Testing
import Tokenizer

/// Unigram, WordPiece and WordLevel, and how a file without a type says which it is.
@Suite struct WordModelTests {
    private func unigram(_ vocab: String, _ more: String = "") -> PlainTokenizer {
        PlainTokenizer(
            model: #""type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], \#(vocab)]\#(more)"#
        )
    }

    @Test func `Unigram takes the way with the best sum, the first of equals`() throws {
        let vocab = #"["a", -1], ["b", -1], ["ab", -3], ["abc", -9], ["c", -1]"#
        #expect(try unigram(vocab).ids("abc") == [1, 2, 5])
        let equal = #"["a", -1], ["b", -1], ["ab", -2]"#
        #expect(try unigram(equal).ids("ab") == [3])
    }

    @Test func `neighbouring unknown characters are one, and cost ten more than any token`() throws
    {
        let vocab = #"["a", -1], ["b", -12], ["éb", -30]"#
        #expect(try unigram(vocab).ids("aééa") == [1, 0, 1])
        #expect(try unigram(vocab).ids("éb") == [3], "unknown and b cost 52")
        #expect(try unigram(vocab).ids("??b?") == [0, 2, 0])
    }

    @Test func `unknown characters are their bytes if the model falls back to bytes`() throws {
        let vocab = #"["a", -1], ["<0xC3>", -2], ["<0xA9>", -2]"#
        #expect(try unigram(vocab, #", "byte_fallback": true"#).ids("aéa") == [1, 2, 3, 1])
        #expect(try unigram(vocab, #", "byte_fallback": true"#).ids("aéé?") == [1, 0])
    }

    @Test func `a Unigram model without an unknown token is refused`() {
        let file = PlainTokenizer(model: #""type": "Unigram", "unk_id": null, "vocab": [["a", 0]]"#)
        #expect(throws: TokenizerError.self) { try file.load() }
    }

    private let pieces = PlainTokenizer(
        model: """
            "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 5,
            "vocab": {"[UNK]": 0, "a": 1, "ab": 2, "##b": 3, "##bé": 4, "é": 5, "##": 6}
            """
    )

    @Test func `WordPiece takes the longest token, and a word with a gap is unknown`() throws {
        #expect(try pieces.ids("abb") == [2, 3])
        #expect(try pieces.ids("abé") == [0], "ab leaves an é that continues nothing")
        #expect(try pieces.ids("ébé") == [5, 4])
        #expect(try pieces.ids("ac") == [0])
    }

    @Test func `WordPiece counts characters, not bytes, before it gives a word up`() throws {
        #expect(try pieces.ids("ébébé") == [5, 4, 4])
        #expect(try pieces.ids("abbbbb") == [0])
    }

    @Test func `WordLevel knows whole words`() throws {
        let file = PlainTokenizer(
            model: #""unk_token": "[UNK]", "vocab": {"[UNK]": 3, "the": 1}"#,
            preTokenizer: #"{"type": "Whitespace"}"#
        )
        #expect(try file.ids("the them the") == [1, 3, 1])
    }

    @Test(arguments: ["BertProcessing", "RobertaProcessing"])
    func `a post-processor wraps the text, and truncation does not count`(type: String) throws {
        var file = pieces
        file.postProcessor = #"{"type": "\#(type)", "cls": ["[CLS]", 8], "sep": ["[SEP]", 9]}"#
        #expect(try file.ids("abb", addSpecialTokens: true) == [8, 2, 3, 9])
        #expect(try file.ids("", addSpecialTokens: true) == [8, 9])
    }
}
