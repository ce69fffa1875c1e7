/// Splits as the three patterns of DeepSeek do, each applied to the pieces of the one before:
///
///     \p{N}{1,3}
///     [一-龥぀-ゟ゠-ヿ]+
///     [!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+
///     | ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
///
/// The first two cut the text into zones: digits, Chinese and Japanese, all the rest. A word of
/// the third lies in one zone, the end of which is the end of the text to it. What the third
/// does not match, such as control characters, are words of their own between its matches.
struct DeepSeekScanner: WordScanner {
    private enum Zone { case digits, eastAsian, rest }

    private struct ZonedScalar {
        let classes: UnicodeClass
        let end: Int
        let zone: Zone
    }

    private let classes = UnicodeClasses.unicode16

    private static let word: UnicodeClass = [.letter, .mark]
    private static let symbol: UnicodeClass = [.punctuation, .symbol]

    @inline(__always)
    func wordEnd(in text: Span<UInt8>, from start: Int) -> Int {
        LetterRun.plainWordEnd(in: text, from: start, prefixes: .anyPrefix)
            ?? anyWordEnd(in: text, from: start)
    }

    @inline(never)
    private func anyWordEnd(in text: Span<UInt8>, from start: Int) -> Int {
        let first = scalar(in: text, at: start)
        if first.zone == .digits {
            return classes.digitsEnd(in: text, from: first.end, max: 2)
        }
        if first.classes.intersects(Self.word) {
            return wordEnd(in: text, from: first.end, zone: first.zone)
        }
        let second = next(in: text, after: first)
        if first.classes.intersects(Self.symbol) {
            if text[start] < 0x80, let second, isASCIILetter(text[first.end]) {
                return asciiLettersEnd(in: text, from: second.end)
            }
            return symbolsEnd(in: text, from: first.end, zone: first.zone)
        }
        if let second, second.classes.intersects(Self.word), !PatternByte.isNewline(text[start]) {
            return wordEnd(in: text, from: second.end, zone: first.zone)
        }
        if text[start] == PatternByte.space, let second, second.classes.intersects(Self.symbol) {
            return symbolsEnd(in: text, from: second.end, zone: first.zone)
        }
        if first.classes.contains(.whitespace) { return whitespaceEnd(in: text, from: start) }
        return unmatchedEnd(in: text, from: start)
    }

    @inline(__always)
    private func scalar(in text: Span<UInt8>, at index: Int) -> ZonedScalar {
        let scalar = classes.scalar(in: text, at: index)
        let end = index + scalar.byteCount
        if scalar.classes.contains(.number) {
            return ZonedScalar(classes: scalar.classes, end: end, zone: .digits)
        }
        let zone: Zone = Self.isEastAsian(text, index, scalar.byteCount) ? .eastAsian : .rest
        return ZonedScalar(classes: scalar.classes, end: end, zone: zone)
    }

    /// `[一-龥぀-ゟ゠-ヿ]`: U+3040 to U+30FF, and U+4E00 to U+9FA5, by their UTF-8.
    @inline(__always)
    private static func isEastAsian(_ text: Span<UInt8>, _ index: Int, _ byteCount: Int) -> Bool {
        guard byteCount == 3 else { return false }
        let second = text[index + 1]
        switch text[index] {
        case 0xE3: return second >= 0x81 && second <= 0x83
        case 0xE4: return second >= 0xB8
        case 0xE5...0xE8: return true
        case 0xE9: return second < 0xBE || second == 0xBE && text[index + 2] <= 0xA5
        default: return false
        }
    }

    /// The scalar that follows in the same zone.
    private func next(in text: Span<UInt8>, after first: ZonedScalar) -> ZonedScalar? {
        guard first.end < text.count else { return nil }
        let second = scalar(in: text, at: first.end)
        return second.zone == first.zone ? second : nil
    }

    private func end(
        of wanted: UnicodeClass,
        in text: Span<UInt8>,
        from start: Int,
        zone: Zone
    ) -> Int {
        var index = start
        while index < text.count {
            let scalar = scalar(in: text, at: index)
            guard scalar.zone == zone, scalar.classes.intersects(wanted) else { break }
            index = scalar.end
        }
        return index
    }

    /// `[\p{L}\p{M}]*`
    private func wordEnd(in text: Span<UInt8>, from start: Int, zone: Zone) -> Int {
        var index = start
        while index < text.count {
            if text[index] < 0x80, text.count - index >= 8 {
                // ASCII is in no zone of words but the rest. In bounds by the condition.
                let count = unsafe LetterRun.asciiCount(text.eightBytes(uncheckedAt: index))
                guard zone == .rest, count > 0 else { return index }
                index += count
                continue
            }
            let scalar = scalar(in: text, at: index)
            guard scalar.zone == zone, scalar.classes.intersects(Self.word) else { break }
            index = scalar.end
        }
        return index
    }

    private func isASCIILetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private func asciiLettersEnd(in text: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < text.count, isASCIILetter(text[index]) { index += 1 }
        return index
    }

    /// `[\p{P}\p{S}]*[\r\n]*`
    private func symbolsEnd(in text: Span<UInt8>, from start: Int, zone: Zone) -> Int {
        let end = end(of: Self.symbol, in: text, from: start, zone: zone)
        return zone == .rest ? text.newlinesEnd(from: end) : end
    }

    /// `\s*[\r\n]+|\s+(?!\S)|\s+`
    private func whitespaceEnd(in text: Span<UInt8>, from start: Int) -> Int {
        let run = classes.whitespaceRun(in: text, from: start)
        if let newlineEnd = run.newlineEnd { return newlineEnd }
        if run.end == text.count || run.last == start { return run.end }
        return scalar(in: text, at: run.end).zone == .rest ? run.last : run.end
    }

    /// Up to where a match begins, or the zone ends. The first scalar begins none.
    private func unmatchedEnd(in text: Span<UInt8>, from start: Int) -> Int {
        var current = scalar(in: text, at: start)
        while let next = next(in: text, after: current) {
            let matched: UnicodeClass = [
                .letter, .mark, .punctuation, .symbol, .whitespace,
            ]
            if next.classes.intersects(matched) { return current.end }
            if let after = self.next(in: text, after: next), after.classes.intersects(Self.word) {
                return current.end
            }
            current = next
        }
        return current.end
    }
}
