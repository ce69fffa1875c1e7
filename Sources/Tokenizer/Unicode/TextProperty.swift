/// What normalizers and pre-tokenizers other than patterns ask of a scalar. The bits are those of
/// the generated table.
struct TextProperty: OptionSet, Sendable, BitwiseCopyable {
    let rawValue: UInt16

    static let whitespace = TextProperty(rawValue: 1)
    /// Any of `\p{N}`.
    static let numeric = TextProperty(rawValue: 2)
    /// What the pre-tokenizer Punctuation splits at.
    static let punctuation = TextProperty(rawValue: 4)
    /// What BertPreTokenizer splits at, besides whitespace.
    static let bertPunctuation = TextProperty(rawValue: 8)
    /// What BertNormalizer puts between spaces.
    static let chinese = TextProperty(rawValue: 16)
    /// What BertNormalizer takes for an accent.
    static let bertAccent = TextProperty(rawValue: 32)
    /// What StripAccents takes for an accent.
    static let accent = TextProperty(rawValue: 64)
    /// What BertNormalizer's `clean_text` removes.
    static let bertRemoved = TextProperty(rawValue: 128)
    /// What BertNormalizer's `clean_text` makes a space.
    static let bertSpace = TextProperty(rawValue: 256)
    /// What the pre-tokenizer Whitespace takes for part of a word.
    static let word = TextProperty(rawValue: 512)
    static let nmtRemoved = TextProperty(rawValue: 1024)
    static let nmtSpace = TextProperty(rawValue: 2048)

    private static let table = ScalarTable<UInt16>(runs: textPropertyTable)

    static func of(_ scalar: UInt32) -> TextProperty { TextProperty(rawValue: table[scalar]) }
}
