/// What pre-tokenizer patterns ask of a code point. The bits are those of the generated runs.
struct UnicodeClass: OptionSet, Sendable, BitwiseCopyable {
    let rawValue: UInt8

    /// `\p{L}`
    static let letter = UnicodeClass(rawValue: 1)
    /// `\p{N}`
    static let number = UnicodeClass(rawValue: 2)
    /// `\s`
    static let whitespace = UnicodeClass(rawValue: 4)
    /// Keeps an added token with `single_word` from matching next to it.
    static let wordCharacter = UnicodeClass(rawValue: 8)
}
