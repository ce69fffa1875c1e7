import Domain
import Testing
import Tokenizer

/// BPE of characters, with HF's quirks.
@Suite struct CharacterBPETests {
    private func tokenizer(
        _ settings: String,
        merges: String = #"["a b", "ab c"]"#,
        more: String = ""
    ) -> PlainTokenizer {
        PlainTokenizer(
            model: """
                "type": "BPE", \(settings), "merges": \(merges), "vocab": {
                "<unk>": 0, "a": 1, "b": 2, "c": 3, "ab": 4, "abc": 5, "é": 6, "cab": 7\(more)}
                """
        )
    }

    @Test func `characters merge by rank, across any script`() throws {
        let tokenizer = tokenizer(
            #""unk_token": null"#,
            merges: #"["a b", "é ab"]"#,
            more: #", "éab": 8"#
        )
        #expect(try tokenizer.ids("éabab") == [8, 4])
    }

    @Test func `an unknown character leaves nothing without unk_token, and its neighbours meet`()
        throws
    {
        #expect(try tokenizer(#""unk_token": null"#).ids("a?bc") == [5])
    }

    @Test func `unknown characters are one token each, or one if they are fused`() throws {
        #expect(try tokenizer(#""unk_token": "<unk>""#).ids("a??b") == [1, 0, 0, 2])
        let fused = tokenizer(#""unk_token": "<unk>", "fuse_unk": true"#)
        #expect(try fused.ids("a??b?") == [1, 0, 2, 0])
    }

    @Test func `a character without a token is its bytes if all of them have one`() throws {
        let bytes = #", "<0xC3>": 8, "<0xA8>": 9"#
        let tokenizer = tokenizer(#""unk_token": "<unk>", "byte_fallback": true"#, more: bytes)
        #expect(try tokenizer.ids("aèb") == [1, 8, 9, 2])
        #expect(try tokenizer.ids("aêb") == [1, 0, 2], "U+00EA has only one byte of two")
    }

    @Test func `bytes go before an unknown character that waits to be fused`() throws {
        let bytes = #", "<0xC3>": 8, "<0xA8>": 9"#
        let tokenizer = tokenizer(
            #""unk_token": "<unk>", "byte_fallback": true, "fuse_unk": true"#,
            more: bytes
        )
        #expect(try tokenizer.ids("?èa") == [8, 9, 0, 1])
    }

    @Test func `the name of a byte token in a text is only text`() throws {
        let tokenizer = tokenizer(
            #""unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true"#,
            more: #", "<0x41>": 8"#
        )
        #expect(try tokenizer.ids("<0x41>") == [0])
        #expect(try tokenizer.ids("A") == [8])
    }

    @Test func `a piece that is a token is used whole only if merges are ignored`() throws {
        #expect(try tokenizer(#""unk_token": null"#).ids("cab") == [3, 4])
        #expect(try tokenizer(#""ignore_merges": true"#).ids("cab") == [7])
    }

    @Test func `prefix and suffix belong to the characters of a word`() throws {
        let tokenizer = PlainTokenizer(
            model: """
                "type": "BPE", "continuing_subword_prefix": "##", "end_of_word_suffix": "</w>",
                "merges": ["a ##b</w>"],
                "vocab": {"a": 0, "##b": 1, "##b</w>": 2, "ab</w>": 3, "a</w>": 4, "##a": 5}
                """
        )
        #expect(try tokenizer.ids("ab") == [3])
        #expect(try tokenizer.ids("a") == [4])
        #expect(try tokenizer.ids("aab") == [0, 5, 2])
    }

    @Test func `a text of one piece costs no more than in proportion`() throws {
        let tokenizer = try tokenizer(
            #""unk_token": "<unk>""#,
            merges: #"["a b", "b a"]"#,
            more: #", "ba": 8"#
        )
        .load()
        for fragment in ["ab", "?", "abc"] {
            func duration(_ count: Int) -> Duration {
                let text = Array(String(repeating: fragment, count: count).utf8)
                let runs = (0..<5).map { _ in
                    var tokens: [TokenID] = []
                    return ContinuousClock().measure {
                        tokenizer.encode(text.span, addSpecialTokens: false, to: &tokens)
                    }
                }
                return runs.min() ?? .zero
            }
            // Sixteen times the text: a quadratic encoder takes 256 times as long.
            #expect(duration(160_000) < duration(10_000) * 100, "\(fragment)")
        }
    }
}
