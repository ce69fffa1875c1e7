extension PatternAssertion {
    private static let newline: UInt8 = 0x0A

    func holds(in text: Span<UInt8>, at place: Int) -> Bool {
        let isEnd = place == text.count
        return switch self {
        case .textStart: place == 0
        case .textEnd: isEnd
        case .lastLineEnd:
            isEnd || place == text.count - 1 && text[place] == Self.newline
        case .lineStart: place == 0 || !isEnd && text[place - 1] == Self.newline
        case .lineEnd: isEnd || text[place] == Self.newline
        case .wordBoundary: Self.isWordBoundary(in: text, at: place)
        case .noWordBoundary: !Self.isWordBoundary(in: text, at: place)
        }
    }

    private static func isWordBoundary(in text: Span<UInt8>, at place: Int) -> Bool {
        let word = PatternProperty.word
        let before = place > 0 && word.contains(text.utf8Scalar(before: place).value)
        let after = place < text.count && word.contains(text.utf8Scalar(at: place).value)
        return before != after
    }
}
