/// Splits as the pattern of Kimi K2 does: Chinese characters go first, and the words of o200k
/// have none of them:
///
///     [\p{Han}]+
///     |[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[…]+(?i:'s|…)?
///     |[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+[…]*(?i:'s|…)?
///     |\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
struct KimiScanner: WordScanner {
    private let words = CasedWords(hasContractions: true, excluded: .han)
    private let classes = UnicodeClasses.unicode16

    @inline(__always)
    func wordEnd(in text: Span<UInt8>, from start: Int) -> Int {
        LetterRun.plainCasedWordEnd(in: text, from: start) ?? anyWordEnd(in: text, from: start)
    }

    @inline(never)
    private func anyWordEnd(in text: Span<UInt8>, from start: Int) -> Int {
        let first = classes.scalar(in: text, at: start)
        let second = start + first.byteCount
        if first.classes.contains(.han) { return hanEnd(in: text, from: second) }
        if let end = words.end(in: text, from: start, first: first) { return end }
        if first.classes.contains(.number) {
            return classes.digitsEnd(in: text, from: second, max: 2)
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

    private func hanEnd(in text: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < text.count {
            let scalar = classes.scalar(in: text, at: index)
            guard scalar.classes.contains(.han) else { break }
            index += scalar.byteCount
        }
        return index
    }

    /// `[^\s\p{L}\p{N}]*[\r\n]*`
    private func symbolsEnd(in text: Span<UInt8>, from start: Int) -> Int {
        text.newlinesEnd(
            from: classes.end(
                ofRunWithout: [.letter, .number, .whitespace],
                in: text,
                from: start
            )
        )
    }
}
