/// What the patterns of tokenizers ask of a code point. The bits are those of the generated sets.
///
/// Every letter is in exactly one of the five kinds of letters, and in `letter`.
struct UnicodeClass: OptionSet, Sendable, BitwiseCopyable {
    let rawValue: UInt16

    /// `\p{L}`
    static let letter = UnicodeClass(rawValue: 1 << 0)
    /// `\p{N}`
    static let number = UnicodeClass(rawValue: 1 << 1)
    /// `\s`
    static let whitespace = UnicodeClass(rawValue: 1 << 2)
    /// Keeps an added token with `single_word` from matching next to it.
    static let besideSingleWord = UnicodeClass(rawValue: 1 << 3)
    /// `\w`, which is not quite what `single_word` asks for.
    static let wordCharacter = UnicodeClass(rawValue: 1 << 4)
    /// `\p{M}`
    static let mark = UnicodeClass(rawValue: 1 << 5)
    /// `\p{P}`
    static let punctuation = UnicodeClass(rawValue: 1 << 6)
    /// `\p{S}`
    static let symbol = UnicodeClass(rawValue: 1 << 7)
    /// `\p{Lu}`
    static let uppercaseLetter = UnicodeClass(rawValue: 1 << 8)
    /// `\p{Ll}`
    static let lowercaseLetter = UnicodeClass(rawValue: 1 << 9)
    /// `\p{Lt}`
    static let titlecaseLetter = UnicodeClass(rawValue: 1 << 10)
    /// `\p{Lm}`
    static let modifierLetter = UnicodeClass(rawValue: 1 << 11)
    /// `\p{Lo}`
    static let otherLetter = UnicodeClass(rawValue: 1 << 12)
    /// `\p{Han}`: the script, not its extensions.
    static let han = UnicodeClass(rawValue: 1 << 13)

    /// Whether the two sets share a class.
    @inline(__always)
    func intersects(_ other: UnicodeClass) -> Bool { rawValue & other.rawValue != 0 }
}
