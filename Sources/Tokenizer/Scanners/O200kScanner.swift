/// Splits as the patterns of o200k and tekken do, of which the latter has no contractions:
///
///     [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|…)?
///     |[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|…)?
///     |\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
struct O200kScanner: WordScanner {
    struct Rules: Sendable {
        /// How many digits a word may have.
        var digitsMax: Int
        /// Whether a contraction belongs to the word before it.
        var hasContractions: Bool

        static let o200k = Rules(digitsMax: 3, hasContractions: true)
        static let tekken = Rules(digitsMax: 1, hasContractions: false)
    }

    private let rules: Rules
    private let words: CasedWords
    private let classes = UnicodeClasses.unicode16

    init(_ rules: Rules) {
        self.rules = rules
        words = CasedWords(hasContractions: rules.hasContractions, excluded: [])
    }

    @inline(__always)
    func wordEnd(in text: Span<UInt8>, from start: Int) -> Int {
        LetterRun.plainCasedWordEnd(in: text, from: start) ?? anyWordEnd(in: text, from: start)
    }

    @inline(never)
    private func anyWordEnd(in text: Span<UInt8>, from start: Int) -> Int {
        let first = classes.scalar(in: text, at: start)
        let second = start + first.byteCount
        if let end = words.end(in: text, from: start, first: first) { return end }
        if first.classes.contains(.number) {
            return classes.digitsEnd(in: text, from: second, max: rules.digitsMax - 1)
        }
        if !first.classes.contains(.whitespace) { return symbolsEnd(in: text, from: second) }
        if text[start] == PatternByte.space, second < text.count {
            let next = classes.scalar(in: text, at: second)
            if !next.classes.intersects([.letter, .number, .whitespace]) {
                return symbolsEnd(in: text, from: second + next.byteCount)
            }
        }
        return classes.whitespaceEnd(in: text, from: start)
    }

    /// `[^\s\p{L}\p{N}]*[\r\n/]*`
    private func symbolsEnd(in text: Span<UInt8>, from start: Int) -> Int {
        let end = classes.end(
            ofRunWithout: [.letter, .number, .whitespace],
            in: text,
            from: start
        )
        return text.newlinesEnd(from: end, slashes: true)
    }
}
