/// Splits as the pattern of GPT-2 does:
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
struct Gpt2Scanner: WordScanner {
    private let classes = UnicodeClasses.unicode16

    @inline(__always)
    func wordEnd(in text: Span<UInt8>, from start: Int) -> Int {
        LetterRun.plainWordEnd(in: text, from: start, prefixes: .space)
            ?? anyWordEnd(in: text, from: start)
    }

    @inline(never)
    private func anyWordEnd(in text: Span<UInt8>, from start: Int) -> Int {
        if text[start] == PatternByte.apostrophe,
            let end = Contraction.lowercaseEnd(in: text, afterApostrophe: start + 1)
        {
            return end
        }
        var index = start
        var scalar = classes.scalar(in: text, at: index)
        if text[start] == PatternByte.space, start + 1 < text.count {
            let next = classes.scalar(in: text, at: start + 1)
            if !next.classes.contains(.whitespace) { (index, scalar) = (start + 1, next) }
        }
        let rest = index + scalar.byteCount
        if scalar.classes.contains(.letter) { return classes.wordEnd(in: text, from: rest) }
        if scalar.classes.contains(.number) {
            return classes.digitsEnd(in: text, from: rest, max: .max)
        }
        if !scalar.classes.contains(.whitespace) {
            return classes.end(
                ofRunWithout: [.letter, .number, .whitespace],
                in: text,
                from: rest
            )
        }
        let run = classes.whitespaceRun(in: text, from: start)
        return run.end == text.count || run.last == start ? run.end : run.last
    }
}
