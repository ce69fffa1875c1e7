import Testing

@testable import Tokenizer

@Suite struct PatternTests {
    private static func matches(of pattern: Pattern, in text: String) -> [String] {
        let bytes = Array(text.utf8)
        var found: [String] = []
        pattern.forEachMatch(in: bytes.span) {
            found.append(String(decoding: bytes[$0], as: UTF8.self))
        }
        return found
    }

    @Test(
        arguments: [
            (#"\w+|\s"#, "ab c", ["ab", " ", "c"]),
            ("a|ab", "ab", ["a"]),
            ("(?:a|ab)c", "abc", ["abc"]),
            ("a*", "baa", ["", "aa"]),
            (#"\s+(?!\S)|\s+"#, "a   b", ["  ", " "]),
            ("(?i:k)", "kK\u{212A}", ["k", "K", "\u{212A}"]),
            (#"[\p{L}&&[^a-z]]+"#, "abÉc中", ["É", "中"]),
            ("a{1,2}+", "aaaaa", ["aaaaa"]),
            ("$", "a\nb", ["", ""]),
        ]
    )
    func `matches are the leftmost, and of those the first alternative's`(
        regex: String,
        text: String,
        expected: [String]
    ) throws {
        #expect(Self.matches(of: try Pattern(regex: regex), in: text) == expected)
    }

    @Test(
        arguments: [
            #"(a)\1"#, #"\k<n>(?<n>a)"#, #"(?<=a*)b"#, #"(?:a*)*"#, #"\X"#, #"\R"#, #"\Ka"#,
            #"\p{Emoji_Presentation}"#, "(?i:é)", "(?i:stop)", "(?~a)", #"\G"#, #"[[:alpha:]]"#,
            "(?>(?:ab)+)c", "(?x) a", #"[a-\d]"#, "a{3,1}", #"(?i)[à-é]"#, #"\xC3"#,
        ]
    )
    func `what cannot be matched exactly in linear time is refused by name`(regex: String) {
        #expect {
            _ = try Pattern(regex: regex)
        } throws: { error in
            guard case .unsupported(let construct) = error as? PatternError else { return false }
            return !construct.isEmpty
        }
    }

    @Test(
        arguments: [
            "(a", "a)", "[a", "*a", #"a\"#, #"\p{L"#, "[b-a]", "(?<n", #"\x{110000}"#, #"\uD800"#,
            "(?#", "[[:digit:]",
        ]
    )
    func `what is no pattern is refused with its place`(regex: String) {
        #expect {
            _ = try Pattern(regex: regex)
        } throws: { error in
            guard case .malformed(_, let place) = error as? PatternError else { return false }
            return (0...regex.unicodeScalars.count).contains(place)
        }
    }

    @Test(arguments: [
        String(repeating: "(", count: 10_000), String(repeating: "a?", count: 1000),
        "(?:(?:(?:a{1000}){1000}){1000}){1000}", "a{100000}", String(repeating: "[", count: 100),
        String(repeating: "a", count: 100_000),
    ])
    func `patterns have a largest size`(regex: String) {
        #expect(throws: PatternError.tooLarge) { try Pattern(regex: regex) }
    }

    /// Each takes time quadratic in the text, or worse, where every way is tried every time.
    @Test(
        arguments: [
            ("(?:a+)+b|a", "a"), (#"\s+$|x"#, " "), ("(?:a|a)*b", "a"), (#"\s++x|\s"#, " "),
            ("a(?=.*b)|a", "a"), ("(?=(?:aaa)*b)a|a", "a"), ("x*y|x", "x"), ("(?=a*$)a", "a"),
            ("(?:a|b|ab)*c|a", "ab"), (".*?b|a", "a"), ("(?>a+)b|a", "a"),
        ]
    )
    func `twice the text takes about twice the time`(regex: String, unit: String) throws {
        let pattern = try Pattern(regex: regex)
        func time(_ count: Int) -> Duration {
            let text = Array(String(repeating: unit, count: count).utf8) + [0x7A]
            return ThreadTime.measure { pattern.forEachMatch(in: text.span) { _ in } }
        }
        let short = (0..<3).map { _ in time(2000) }.min() ?? .zero
        let long = (0..<3).map { _ in time(16_000) }.min() ?? .zero
        // Eight times the text: 64 times the time if it were quadratic.
        #expect(long < short * 32)
    }

    @Test func `bytes that are not UTF-8 match nothing, and are stepped over`() throws {
        let text: [UInt8] = [0x61, 0xFF, 0x61, 0xC3, 0xF0, 0x9F, 0x61]
        for regex in [".", #"[^b]"#, #"\S"#] {
            var found: [Range<Int>] = []
            try Pattern(regex: regex).forEachMatch(in: text.span) { found.append($0) }
            #expect(found == [0..<1, 2..<3, 6..<7])
        }
        let letter = try Pattern(regex: "a").firstMatch(in: text.span, from: 1)
        #expect(letter == 2..<3)
        let literal = Pattern(literal: [0x9F, 0x61]).firstMatch(in: text.span, from: 0)
        #expect(literal == 5..<7)
    }

    @Test(
        arguments: [
            (SplitBehavior.removed, false, ["a", "b"]),
            (.isolated, false, [" ", "a", " ", " ", "b", " "]),
            (.mergedWithPrevious, false, [" ", "a ", " ", "b "]),
            (.mergedWithNext, false, [" a", " ", " b", " "]),
            (.contiguous, false, [" ", "a", "  ", "b", " "]),
            (.removed, true, [" ", " ", " ", " "]),
            (.mergedWithPrevious, true, [" a", " ", " b", " "]),
        ]
    )
    func `matches separate, join or are dropped as the behavior says`(
        behavior: SplitBehavior,
        isInverted: Bool,
        expected: [String]
    ) {
        let text = Array(" a  b ".utf8)
        let splitter = PatternSplitter(
            pattern: Pattern(literal: [0x20]),
            behavior: behavior,
            isInverted: isInverted
        )
        var pieces: [String] = []
        splitter.forEachPiece(in: text.span) {
            pieces.append(String(decoding: text[$0], as: UTF8.self))
        }
        #expect(pieces == expected)
    }
}
