import Domain
import Testing

@testable import Tokenizer

@Suite struct PipelineTokenizerTests {
    private func ids(
        _ text: [UInt8],
        _ file: SmallTokenizer,
        addSpecialTokens: Bool = false
    ) throws -> [UInt32] {
        var tokens: [TokenID] = []
        try PipelineTokenizer.load(json: file.json)
            .encode(text.span, addSpecialTokens: addSpecialTokens, to: &tokens)
        return tokens.map(\.rawValue)
    }

    private func ids(
        _ text: String,
        _ file: SmallTokenizer,
        addSpecialTokens: Bool = false
    ) throws -> [UInt32] {
        try ids(Array(text.utf8), file, addSpecialTokens: addSpecialTokens)
    }

    private func added(_ content: String, id: Int = 0, flags: String...) -> String {
        let fields = ["single_word", "lstrip", "rstrip", "normalized", "special"].map {
            #""\#($0)": \#(flags.contains($0))"#
        }
        return #"{"id": \#(id), "content": "\#(content)", \#(fields.joined(separator: ", "))}"#
    }

    @Test func `pairs merge by rank`() throws {
        #expect(try ids("abcab", SmallTokenizer()) == [257, 256])
    }

    @Test func `a word that is a token is used whole only if merges are ignored`() throws {
        #expect(try ids("hello", SmallTokenizer()) == Array("hello".utf8).map(UInt32.init))
        let ignoring = SmallTokenizer(model: #""type": "BPE", "ignore_merges": true"#)
        #expect(try ids("hello", ignoring) == [259])
    }

    @Test func `tokens are appended, and the text may be empty`() throws {
        let tokenizer = try PipelineTokenizer.load(json: SmallTokenizer().json)
        var tokens = [TokenID(rawValue: 9)]
        let (empty, text): ([UInt8], [UInt8]) = ([], [97])
        tokenizer.encode(empty.span, addSpecialTokens: true, to: &tokens)
        tokenizer.encode(text.span, addSpecialTokens: true, to: &tokens)
        #expect(tokens.map(\.rawValue) == [9, 97])
    }

    @Test func `an added token keeps the model's id, or gets the next free one`() throws {
        let file = SmallTokenizer(
            addedTokens: "[\(added("hello", id: 60000)), \(added("[X]", id: 60000)), "
                + "\(added("[Y]", id: 5))]"
        )
        #expect(try ids("[Y]hello[X]", file) == [261, 259, 260])
    }

    @Test func `the longest of the leftmost added tokens wins`() throws {
        let file = SmallTokenizer(addedTokens: "[\(added("<a>")), \(added("<a>b"))]")
        #expect(try ids("<a>b<a>", file) == [261, 260])
    }

    @Test func `lstrip and rstrip take all whitespace, newlines too`() throws {
        let left = SmallTokenizer(addedTokens: "[\(added("[X]", flags: "lstrip"))]")
        #expect(try ids("b \n[X] b", left) == [98, 260, 32, 98])
        let right = SmallTokenizer(addedTokens: "[\(added("[X]", flags: "rstrip"))]")
        #expect(try ids("b [X]\u{3000}\n b", right) == [98, 32, 260, 98])
    }

    @Test func `whitespace that rstrip took is found again as an added token`() throws {
        let file = SmallTokenizer(
            addedTokens: "[\(added("[X]", flags: "rstrip")), \(added("  "))]"
        )
        #expect(try ids("[X]   a", file) == [260, 261, 258])
    }

    @Test func `single_word does not match next to a word character`() throws {
        let file = SmallTokenizer(addedTokens: "[\(added("[X]", flags: "single_word"))]")
        let text = Array("[X]".utf8).map(UInt32.init)
        #expect(try ids("é[X]", file) == [0xC3, 0xA9] + text)
        #expect(try ids("[X]_", file) == text + [95])
        #expect(try ids("-[X]-", file) == [45, 260, 45])
    }

    @Test func `tokens that are not normalized are found first`() throws {
        let file = SmallTokenizer(
            addedTokens: "[\(added("bc", flags: "normalized")), \(added("c]"))]"
        )
        #expect(try ids("bc]bc", file) == [98, 261, 260])
    }

    @Test func `the template's tokens are added only if asked for`() throws {
        let file = SmallTokenizer(
            postProcessor: #"""
                {"type": "Sequence", "processors": [{"type": "ByteLevel"},
                 {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}},
                  {"Sequence": {"id": "A"}}], "special_tokens": {"<s>": {"ids": [300]}}}]}
                """#
        )
        #expect(try ids("ab", file, addSpecialTokens: true) == [300, 256])
        #expect(try ids("ab", file) == [256])
    }

    @Test func `bytes that are not UTF-8 never trap and lose nothing`() throws {
        var generator = SystemRandomNumberGenerator()
        let file = SmallTokenizer(merges: "[]")
        let tokenizer = try PipelineTokenizer.load(json: file.json)
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            var tokens: [TokenID] = []
            tokenizer.encode(text.span, addSpecialTokens: false, to: &tokens)
            #expect(tokens.map { UInt8(truncatingIfNeeded: $0.rawValue) } == text)
        }
    }

    @Test func `a word of any length costs no more than in proportion`() throws {
        let tokenizer = try PipelineTokenizer.load(json: SmallTokenizer().json)
        func duration(_ count: Int) -> Duration {
            let text = [UInt8]("abc".utf8.cycled(count))
            let runs = (0..<5).map { _ in
                var tokens: [TokenID] = []
                return ContinuousClock().measure {
                    tokenizer.encode(text.span, addSpecialTokens: false, to: &tokens)
                }
            }
            return runs.min() ?? .zero
        }
        // Sixteen times the text: a quadratic encoder takes 256 times as long.
        #expect(duration(160_000) < duration(10_000) * 100)
    }

    @Test func `many tasks may encode at the same time`() async throws {
        let tokenizer = try PipelineTokenizer.load(json: SmallTokenizer().json)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<64 {
                group.addTask {
                    let text = Array("abc ab \(number) ".utf8)
                    var tokens: [TokenID] = []
                    tokenizer.encode(text.span, addSpecialTokens: false, to: &tokens)
                    #expect(tokens.first?.rawValue == 257)
                }
            }
        }
    }
}

extension String.UTF8View {
    /// These bytes again and again, `count` in all.
    fileprivate func cycled(_ count: Int) -> [UInt8] {
        let bytes = Array(self)
        return (0..<count).map { bytes[$0 % bytes.count] }
    }
}
