import Domain
import Testing

@testable import Tokenizer

@Suite struct ResumeRuleTests {
    private static func tokens(
        _ tokenizer: PipelineTokenizer,
        _ text: some Collection<UInt8>
    ) -> [TokenID] {
        var tokens: [TokenID] = []
        tokenizer.encode(Array(text).span, addSpecialTokens: false, to: &tokens)
        return tokens
    }

    /// Every place where the rule allows a cut, each tried against the whole text.
    private static func checkedCuts(_ text: String, _ tokenizer: PipelineTokenizer) throws -> [Int]
    {
        guard let rule = tokenizer.resumeRule else { return [] }
        let bytes = Array(text.utf8)
        let cuts = bytes.indices.filter { rule.allowsCut(at: $0, in: bytes.span) }
        let whole = tokens(tokenizer, bytes)
        for cut in cuts {
            let parts = tokens(tokenizer, bytes[..<cut]) + tokens(tokenizer, bytes[cut...])
            #expect(parts == whole, "\(text.debugDescription) at \(cut)")
        }
        return cuts
    }

    private static func added(_ tokens: [(String, flags: String)]) -> String {
        let entries = tokens.enumerated().map { index, token in
            let flags = ["single_word", "lstrip", "rstrip", "normalized"].map {
                "\"\($0)\": \(token.flags.contains($0))"
            }
            return #"{"id": \#(260 + index), "content": "\#(token.0)", "special": true, "#
                + flags.joined(separator: ", ") + "}"
        }
        return "[" + entries.joined(separator: ", ") + "]"
    }

    @Test(arguments: [
        ("ab abc", [2]),
        ("ab  abc", [2]),
        ("ab\n abc", []),
        ("ab\nabc", [3]),
        ("ab\n\n\nabc", [5]),
        ("ab\n/abc", []),
        ("ab.\t\nabc", [5]),
        ("中。中", [3]),
        (".。", []),
        ("a\u{A0} b", []),
        (" a", []),
        ("", []),
    ])
    func `texts are cut between words, and nowhere else`(text: String, cuts: [Int]) throws {
        let tokenizer = try PipelineTokenizer.load(json: SmallTokenizer().json)
        #expect(try Self.checkedCuts(text, tokenizer) == cuts)
    }

    @Test func `a text may be cut before an added token, and not inside one`() throws {
        let file = SmallTokenizer(addedTokens: Self.added([("<|x|>", ""), ("<|x|>y", "")]))
        let tokenizer = try PipelineTokenizer.load(json: file.json)
        #expect(try Self.checkedCuts("ab<|x|>yab", tokenizer) == [2])
        #expect(try Self.checkedCuts("ab<|x|", tokenizer) == [])
    }

    @Test func `tokens that overlap are no place to cut`() throws {
        let file = SmallTokenizer(
            addedTokens: Self.added([("<|", ""), ("|>", ""), ("<|a|>", "")])
        )
        let tokenizer = try PipelineTokenizer.load(json: file.json)
        #expect(try Self.checkedCuts("b<|a|>b", tokenizer) == [1])
    }

    @Test func `ordinary text has no added tokens to cut at`() throws {
        let file = SmallTokenizer(addedTokens: Self.added([("<|x|>", "")]))
        let rule = try #require(try PipelineTokenizer.load(json: file.json).resumeRule)
        let text = Array("ab<|x|>ab ab".utf8)
        let cuts = text.indices.filter { rule.forOrdinaryText.allowsCut(at: $0, in: text.span) }
        #expect(cuts == [9])
    }

    @Test(arguments: [(flag: "rstrip", cuts: [3]), (flag: "single_word", cuts: [])])
    func `tokens that reach over their ends leave no cuts between words`(
        flag: String,
        cuts: [Int]
    ) throws {
        let file = SmallTokenizer(addedTokens: Self.added([("word", flags: flag)]))
        let tokenizer = try PipelineTokenizer.load(json: file.json)
        #expect(try Self.checkedCuts("ab word ab\nab", tokenizer) == cuts)
    }

    /// Random sets of tokens of any flags, in random texts of their pieces.
    @Test func `every allowed cut is safe, whatever tokens are added`() throws {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "a", "b", " ", "  ", "\\n", "<", "|", ">", "<|", "|>", "<|a|>", "a b", "\\na", "。", "中",
            "/",
        ]
        let allFlags = ["", "", "", "lstrip", "rstrip", "single_word", "normalized"]
        var cutCount = 0
        for _ in 0..<300 {
            let contents = Set(
                (0..<Int.random(in: 1...4, using: &random)).map { _ in
                    (0..<Int.random(in: 1...3, using: &random)).map { _ in
                        pieces.randomElement() ?? "a"
                    }
                    .joined()
                }
            )
            let tokens = contents.map { ($0, flags: allFlags.randomElement() ?? "") }
            let file = SmallTokenizer(addedTokens: Self.added(tokens))
            let tokenizer = try PipelineTokenizer.load(json: file.json)
            for _ in 0..<20 {
                let text = (0..<12).map { _ in pieces.randomElement() ?? "a" }.joined()
                    .replacing("\\n", with: "\n")
                cutCount += try Self.checkedCuts(text, tokenizer).count
            }
        }
        #expect(cutCount > 1000)
    }
}
