/// Splits text into words, between which nothing merges.
protocol WordScanner: Sendable {
    /// Where the word that starts at `start`, which is inside `text`, ends.
    /// Always beyond `start`, whatever the bytes are.
    func wordEnd(in text: Span<UInt8>, from start: Int) -> Int
}

/// Which scanner a model needs, known by its pattern to the letter: patterns that look alike
/// split differently.
enum PreTokenizer: Sendable {
    case cl100k(Cl100kScanner)

    init?(pattern: String) {
        switch pattern {
        case Cl100kScanner.pattern(digits: #"\p{N}{1,3}"#):
            self = .cl100k(Cl100kScanner(digitsMax: 3))
        case Cl100kScanner.pattern(digits: #"\p{N}"#):
            self = .cl100k(Cl100kScanner(digitsMax: 1))
        default: return nil
        }
    }
}
