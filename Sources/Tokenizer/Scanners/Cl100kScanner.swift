/// Splits as the pattern of cl100k and Llama 3 does, and, with single digits, that of Qwen 2:
///
///     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}
///     | ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
///
/// The first alternative that matches wins; every scalar starts a match of one of them.
struct Cl100kScanner: WordScanner {
    let digitsMax: Int
    private let classes = UnicodeClasses.unicode16

    init(digitsMax: Int) { self.digitsMax = digitsMax }

    static func pattern(digits: String) -> String {
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits
            + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    }

    private static let newline: UInt8 = 0x0A
    private static let carriageReturn: UInt8 = 0x0D
    private static let apostrophe: UInt8 = 0x27
    private static let space: UInt8 = 0x20

    /// Most words are ASCII letters, perhaps after a space: both forms take the same branches.
    @inline(__always)
    func wordEnd(in text: Span<UInt8>, from start: Int) -> Int {
        let letters = start + (text[start] == Self.space ? 1 : 0)
        guard text.count - letters > 8 else { return anyWordEnd(in: text, from: start) }
        let count = LetterRun.asciiCount(text.eightBytes(at: letters))
        guard count > 0 else { return anyWordEnd(in: text, from: start) }
        let end = letters + count
        if count < 8, text[end] < 0x80 { return end }
        return classes.lettersEnd(in: text, from: end)
    }

    private func anyWordEnd(in text: Span<UInt8>, from start: Int) -> Int {
        let first = classes.scalar(in: text, at: start)
        let second = start + first.byteCount
        if first.classes.contains(.letter) { return classes.lettersEnd(in: text, from: second) }
        if first.classes.contains(.number) { return digitsEnd(in: text, from: second) }
        if text[start] == Self.apostrophe, let end = contractionEnd(in: text, after: second) {
            return end
        }
        guard second < text.count else { return second }
        let byte = text[start]
        let next = classes.scalar(in: text, at: second)
        if next.classes.contains(.letter), byte != Self.newline, byte != Self.carriageReturn {
            return classes.lettersEnd(in: text, from: second + next.byteCount)
        }
        if !first.classes.contains(.whitespace) { return symbolsEnd(in: text, from: second) }
        if byte == Self.space, next.classes.isDisjoint(with: [.letter, .number, .whitespace]) {
            return symbolsEnd(in: text, from: second + next.byteCount)
        }
        return whitespaceEnd(in: text, from: start)
    }

    /// `\p{N}*`, up to the number of digits that one word may have, the first one included.
    private func digitsEnd(in text: Span<UInt8>, from start: Int) -> Int {
        var index = start
        var count = 1
        while count < digitsMax, index < text.count {
            let scalar = classes.scalar(in: text, at: index)
            guard scalar.classes.contains(.number) else { break }
            index += scalar.byteCount
            count += 1
        }
        return index
    }

    /// `[^\s\p{L}\p{N}]*[\r\n]*`
    private func symbolsEnd(in text: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < text.count {
            let scalar = classes.scalar(in: text, at: index)
            guard scalar.classes.isDisjoint(with: [.letter, .number, .whitespace]) else { break }
            index += scalar.byteCount
        }
        while index < text.count, text[index] == Self.newline || text[index] == Self.carriageReturn
        {
            index += 1
        }
        return index
    }

    /// `\s*[\r\n]+|\s+(?!\S)|\s+`: up to the last newline of a run; or else the run but for its
    /// last scalar, which belongs to the word that follows; or all of it at the end of the text.
    private func whitespaceEnd(in text: Span<UInt8>, from start: Int) -> Int {
        var index = start
        var last = start
        var newlineEnd: Int?
        while index < text.count {
            let scalar = classes.scalar(in: text, at: index)
            guard scalar.classes.contains(.whitespace) else { break }
            last = index
            index += scalar.byteCount
            if text[last] == Self.newline || text[last] == Self.carriageReturn {
                newlineEnd = index
            }
        }
        if let newlineEnd { return newlineEnd }
        return index == text.count || last == start ? index : last
    }

    /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)`. Ignoring case, U+017F is an s too.
    private func contractionEnd(in text: Span<UInt8>, after apostrophe: Int) -> Int? {
        guard apostrophe < text.count else { return nil }
        let first = text[apostrophe]
        let second = apostrophe + 1 < text.count ? text[apostrophe + 1] : 0
        switch (first | 0x20, second | 0x20) {
        case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _),
            (UInt8(ascii: "d"), _):
            return apostrophe + 1
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return apostrophe + 2
        default:
            return first == 0xC5 && second == 0xBF ? apostrophe + 2 : nil
        }
    }
}
