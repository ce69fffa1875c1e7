/// Which scanner a tokenizer needs, known by its patterns to the letter: patterns that look alike
/// split differently.
enum WordSplitter: Sendable {
    case gpt2(Gpt2Scanner)
    case cl100k(Cl100kScanner)
    case o200k(O200kScanner)
    case kimi(KimiScanner)
    case deepSeek(DeepSeekScanner)

    /// What `ByteLevel` splits by unless its `use_regex` is false.
    static let gpt2 = WordSplitter.gpt2(Gpt2Scanner())

    /// The splitter for the patterns of `Split` steps that follow each other, all of them with
    /// the behavior `Isolated`; nil if no scanner is known to split as they do.
    ///
    /// In these files a pattern has the syntax of Oniguruma.
    init?(patterns: [String]) {
        switch patterns {
        case [SplitPattern.gpt2]: self = .gpt2
        case [SplitPattern.cl100k]: self = .cl100k(Cl100kScanner(.cl100k))
        case [SplitPattern.qwen2]: self = .cl100k(Cl100kScanner(.qwen2))
        case [SplitPattern.qwen35]: self = .cl100k(Cl100kScanner(.qwen35))
        case [SplitPattern.o200k]: self = .o200k(O200kScanner(.o200k))
        case [SplitPattern.tekken]: self = .o200k(O200kScanner(.tekken))
        case [SplitPattern.kimi]: self = .kimi(KimiScanner())
        case SplitPattern.deepSeek: self = .deepSeek(DeepSeekScanner())
        default: return nil
        }
    }

    /// The splitter for the `pat_str` of a tiktoken encoding; nil if none is known.
    ///
    /// The syntax is that of Rust's fancy-regex. Where it means something else than in
    /// Oniguruma, `$` and possessive counts, the patterns are not interchangeable.
    init?(tiktokenPattern pattern: String) {
        switch pattern {
        case SplitPattern.tiktokenGpt2: self = .gpt2
        case SplitPattern.tiktokenCl100k: self = .cl100k(Cl100kScanner(.tiktokenCl100k))
        default: self.init(patterns: [pattern])
        }
    }
}
