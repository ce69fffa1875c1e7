/// The patterns that have a scanner, as files of tokenizers spell them.
enum SplitPattern {
    static let gpt2 =
        #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

    /// cl100k, Llama 3, GLM 4, phi-4.
    static let cl100k = cl100k(digits: #"\p{N}{1,3}"#)
    /// Qwen 2, 2.5 and 3.
    static let qwen2 = cl100k(digits: #"\p{N}"#)

    static let qwen35 =
        contractions + #"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|"#
        + whitespace

    /// o200k, gpt-oss, Llama 4.
    static let o200k =
        casedWords(upper: upper, lower: lower, suffix: contractions + "?")
        + #"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|"# + whitespace

    /// Mistral since Nemo.
    static let tekken =
        casedWords(upper: upper, lower: lower, suffix: "")
        + #"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|"# + whitespace

    static let kimi =
        #"[\p{Han}]+|"#
        + casedWords(
            upper: upper + #"&&[^\p{Han}]"#,
            lower: lower + #"&&[^\p{Han}]"#,
            suffix: contractions + "?"
        ) + #"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + whitespace

    /// V2, V3, R1. Carriage return and newline stand in the file as themselves.
    static let deepSeek = [
        #"\p{N}{1,3}"#,
        "[\u{4E00}-\u{9FA5}\u{3040}-\u{309F}\u{30A0}-\u{30FF}]+",
        ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+"##
            + "|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|"
            + "\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
    ]

    static let tiktokenGpt2 =
        #"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"#

    static let tiktokenCl100k =
        #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+|"#
        + #" ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"#

    private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
    private static let whitespace = #"\s*[\r\n]+|\s+(?!\S)|\s+"#
    private static let upper = #"\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}"#
    private static let lower = #"\p{Ll}\p{Lm}\p{Lo}\p{M}"#

    private static func cl100k(digits: String) -> String {
        contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits
            + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + whitespace
    }

    private static func casedWords(upper: String, lower: String, suffix: String) -> String {
        #"[^\r\n\p{L}\p{N}]?["# + upper + "]*[" + lower + "]+" + suffix
            + #"|[^\r\n\p{L}\p{N}]?["# + upper + "]+[" + lower + "]*" + suffix
    }
}
