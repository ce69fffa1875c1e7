/// Kinds of places in a text where words always end, whatever stands further left or right.
///
/// Which of them hold is a fact about a family of patterns. All patterns here look ahead at most
/// past a run of whitespace, and none looks behind. So a text may be cut wherever, with `x` the
/// scalar before the cut and `y` the one after it:
///
/// 1. no match that takes `x` takes `y` too, and
/// 2. no match that starts before the cut changes if the text ends there.
///
/// Then a match ends at the cut, the matches before it are those of the left part alone, and,
/// without looking behind, the matches after it are those of the right part alone.
struct SafeCuts: OptionSet, Sendable {
    let rawValue: UInt8

    /// `x` is not whitespace, `y` is U+0020.
    ///
    /// Holds for every family of byte-level BPE. A word takes a space only as its first scalar or
    /// in a run of whitespace; `x` is neither. At the end of a text, as at a space, the
    /// repetitions that take `x` stop, and no contraction goes on.
    static let beforeSpace = SafeCuts(rawValue: 1 << 0)

    /// `x` is a newline (CR or LF), `y` a letter, a number, or a visible ASCII character but `/`.
    ///
    /// Holds where a newline is taken by nothing but `\s*[\r\n]+` and the end of a run of
    /// symbols, `[\r\n]*` or `[\r\n/]*`: each stops before `y`. Does not hold for GPT-2, where
    /// `\s+(?!\S)` leaves the newline before `y` alone, and joins it to its run at the end.
    static let afterNewline = SafeCuts(rawValue: 1 << 1)

    /// `x` is an ASCII letter or a letter of Han, Hiragana or Katakana, `y` one of `、。，！？`.
    ///
    /// Holds for every family of byte-level BPE: what takes a letter goes on with letters, marks
    /// or an apostrophe. For text in which spaces are rare.
    static let beforeIdeographicStop = SafeCuts(rawValue: 1 << 2)

    /// What `ByteLevel` with its own pattern, that of GPT-2, allows.
    static let gpt2: SafeCuts = [.beforeSpace, .beforeIdeographicStop]

    /// What the patterns of cl100k, Llama 3, o200k, Qwen 2 to 3.5, Tekken, Kimi and DeepSeek allow.
    static let cl100kLike: SafeCuts = [.beforeSpace, .afterNewline, .beforeIdeographicStop]
}

extension SafeCuts {
    private static let space: UInt8 = 0x20

    /// Whether the text may be cut before `index`, which is inside it and not 0.
    func contains(cutAt index: Int, in text: Span<UInt8>) -> Bool {
        let before = text[index - 1]
        switch text[index] {
        case Self.space:
            return contains(.beforeSpace) && !Self.isWhitespace(endingAt: index, in: text)
        case 0xE3, 0xEF:
            if before == 0x0A || before == 0x0D { return isLineStart(index, in: text) }
            return contains(.beforeIdeographicStop) && Self.isStop(at: index, in: text)
                && Self.isStableLetter(endingAt: index, in: text)
        default:
            return (before == 0x0A || before == 0x0D) && isLineStart(index, in: text)
        }
    }

    private func isLineStart(_ index: Int, in text: Span<UInt8>) -> Bool {
        guard contains(.afterNewline), text[index] != UInt8(ascii: "/") else { return false }
        if text[index] < 0x80 { return (0x21...0x7E).contains(text[index]) }
        let scalar = UnicodeClasses.unicode16.scalar(in: text, at: index)
        return scalar.classes.intersects([.letter, .number])
    }

    private static func isWhitespace(endingAt end: Int, in text: Span<UInt8>) -> Bool {
        let classes = UnicodeClasses.unicode16
        if text[end - 1] < 0x80 { return classes[ascii: text[end - 1]].intersects(.whitespace) }
        return classes.scalar(in: text, before: end).classes.intersects(.whitespace)
    }

    /// `、` U+3001, `。` U+3002, `！` U+FF01, `，` U+FF0C, `？` U+FF1F.
    static func isStop(at index: Int, in text: Span<UInt8>) -> Bool {
        guard text.count - index >= 3 else { return false }
        switch (text[index], text[index + 1], text[index + 2]) {
        case (0xE3, 0x80, 0x81), (0xE3, 0x80, 0x82), (0xEF, 0xBC, 0x81), (0xEF, 0xBC, 0x8C),
            (0xEF, 0xBC, 0x9F):
            return true
        default: return false
        }
    }

    /// A letter that no normalization form changes: U+3041 to U+30FF or U+4E00 to U+9FFF.
    private static func isStableLetter(endingAt end: Int, in text: Span<UInt8>) -> Bool {
        let last = text[end - 1]
        if last < 0x80 { return UnicodeClasses.unicode16[ascii: last].intersects(.letter) }
        guard end >= 3, (0xE3...0xE9).contains(text[end - 3]) else { return false }
        let scalar = UnicodeClasses.unicode16.scalar(in: text, at: end - 3)
        guard scalar.byteCount == 3, scalar.classes.intersects(.letter) else { return false }
        let value = UInt32(text[end - 3] & 0x0F) << 12 | UInt32(text[end - 2] & 0x3F) << 6
        return (0x3041...0x30FF).contains(value | UInt32(last & 0x3F))
            || (0x4E00...0x9FFF).contains(value | UInt32(last & 0x3F))
    }
}
