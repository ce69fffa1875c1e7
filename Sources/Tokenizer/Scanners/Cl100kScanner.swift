/// Splits as the patterns of cl100k and its kin do:
///
///     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}
///     | ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
///
/// The first alternative that matches wins; every scalar starts a match of one of them.
struct Cl100kScanner: WordScanner {
    struct Rules: Sendable {
        /// How many digits a word may have.
        var digitsMax: Int
        /// What words are made of: `\p{L}` or `[\p{L}\p{M}]`.
        var wordClasses: UnicodeClass
        /// Whether the whitespace at the end of the text is one word, even with newlines: `\s++$`.
        var joinsLastWhitespace: Bool

        static let cl100k = Rules(digitsMax: 3, wordClasses: .letter, joinsLastWhitespace: false)
        static let qwen2 = Rules(digitsMax: 1, wordClasses: .letter, joinsLastWhitespace: false)
        static let qwen35 = Rules(
            digitsMax: 1,
            wordClasses: [.letter, .mark],
            joinsLastWhitespace: false
        )
        static let tiktokenCl100k = Rules(
            digitsMax: 3,
            wordClasses: .letter,
            joinsLastWhitespace: true
        )
    }

    private let rules: Rules
    /// `[\s\p{L}\p{N}]`, with `\p{M}` if words have it: what ends a run of symbols.
    private let nonSymbols: UnicodeClass
    private let classes = UnicodeClasses.unicode16

    init(_ rules: Rules) {
        self.rules = rules
        nonSymbols = rules.wordClasses.union([.number, .whitespace])
    }

    @inline(__always)
    func wordEnd(in text: Span<UInt8>, from start: Int) -> Int {
        LetterRun.plainWordEnd(in: text, from: start, prefixes: .wordPrefix)
            ?? anyWordEnd(in: text, from: start)
    }

    @inline(never)
    private func anyWordEnd(in text: Span<UInt8>, from start: Int) -> Int {
        let byte = text[start]
        let first = classes.scalar(in: text, at: start)
        let second = start + first.byteCount
        if first.classes.intersects(rules.wordClasses) {
            return classes.wordEnd(of: rules.wordClasses, in: text, from: second)
        }
        if first.classes.contains(.number) {
            return classes.digitsEnd(in: text, from: second, max: rules.digitsMax - 1)
        }
        if byte == PatternByte.apostrophe,
            let end = Contraction.end(in: text, afterApostrophe: second)
        {
            return end
        }
        guard second < text.count else { return second }
        let next = classes.scalar(in: text, at: second)
        if next.classes.intersects(rules.wordClasses), !PatternByte.isNewline(byte) {
            return classes.wordEnd(
                of: rules.wordClasses,
                in: text,
                from: second + next.byteCount
            )
        }
        if !first.classes.contains(.whitespace) { return symbolsEnd(in: text, from: second) }
        if byte == PatternByte.space, !next.classes.intersects(nonSymbols) {
            return symbolsEnd(in: text, from: second + next.byteCount)
        }
        return whitespaceEnd(in: text, from: start)
    }

    /// `[^\s\p{L}\p{N}]*[\r\n]*`
    private func symbolsEnd(in text: Span<UInt8>, from start: Int) -> Int {
        text.newlinesEnd(from: classes.end(ofRunWithout: nonSymbols, in: text, from: start))
    }

    private func whitespaceEnd(in text: Span<UInt8>, from start: Int) -> Int {
        guard rules.joinsLastWhitespace else { return classes.whitespaceEnd(in: text, from: start) }
        let run = classes.whitespaceRun(in: text, from: start)
        if run.end == text.count { return run.end }
        return run.newlineEnd ?? (run.last == start ? run.end : run.last)
    }
}
