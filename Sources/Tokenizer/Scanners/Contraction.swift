/// English contractions, which most patterns keep apart from the word before them.
enum Contraction {
    /// Where `(?i:'s|'t|'re|'ve|'m|'ll|'d)` ends, whose apostrophe ends at `start`; nil if none
    /// is there. Ignoring case, U+017F is an s too.
    static func end(in text: Span<UInt8>, afterApostrophe start: Int) -> Int? {
        guard start < text.count else { return nil }
        let second = start + 1 < text.count ? text[start + 1] : 0
        if text[start] == 0xC5, second == 0xBF { return start + 2 }
        return end(text[start] | 0x20, second | 0x20, from: start)
    }

    /// The same for `'s|'t|'re|'ve|'m|'ll|'d`, which knows no upper case.
    static func lowercaseEnd(in text: Span<UInt8>, afterApostrophe start: Int) -> Int? {
        guard start < text.count else { return nil }
        return end(text[start], start + 1 < text.count ? text[start + 1] : 0, from: start)
    }

    private static func end(_ first: UInt8, _ second: UInt8, from start: Int) -> Int? {
        switch (first, second) {
        case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _),
            (UInt8(ascii: "d"), _):
            start + 1
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            start + 2
        default: nil
        }
    }
}
