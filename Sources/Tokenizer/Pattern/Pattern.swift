/// A regular expression as tokenizer files have them, or a literal text.
///
/// Matches as the Oniguruma of HF tokenizers 0.23 does: leftmost, the first alternative that
/// leads to a match, Ruby's syntax, Unicode 16. Time is linear in the text, times the size of
/// the pattern; `PatternMatcher` says why. Patterns for which this cannot be had are refused.
///
/// Thread safety: an immutable value; any thread may use it.
struct Pattern: Sendable {
    private enum Kind: Sendable {
        case literal([UInt8])
        case program(PatternProgram)
    }

    private let kind: Kind

    init(regex: String) throws(PatternError) {
        var parser = PatternParser(regex)
        kind = .program(try PatternProgram(try parser.parse()))
    }

    init(literal: [UInt8]) { kind = .literal(literal) }

    var isLiteral: Bool { if case .literal = kind { true } else { false } }

    /// The first match that starts at or after `start`, which is at the start of a scalar.
    func firstMatch(in text: Span<UInt8>, from start: Int) -> Range<Int>? {
        switch kind {
        case .literal(let literal): return Self.find(literal, in: text, from: start)
        case .program(let program):
            var matcher = PatternMatcher(program, byteCount: text.count)
            return matcher.firstMatch(in: text, from: start)
        }
    }

    /// Calls `body` with every match, none of which overlap. An empty match right after another
    /// one does not count, and the search goes on one scalar later.
    func forEachMatch(in text: Span<UInt8>, _ body: (Range<Int>) -> Void) {
        switch kind {
        case .literal(let literal):
            Self.forEachMatch(in: text, next: { Self.find(literal, in: text, from: $0) }, body)
        case .program(let program):
            var matcher = PatternMatcher(program, byteCount: text.count)
            Self.forEachMatch(in: text, next: { matcher.firstMatch(in: text, from: $0) }, body)
        }
    }

    private static func forEachMatch(
        in text: Span<UInt8>,
        next: (Int) -> Range<Int>?,
        _ body: (Range<Int>) -> Void
    ) {
        guard !text.isEmpty else { return }  // HF tokenizers searches no empty text
        var start = 0
        var previousEnd: Int?
        while start <= text.count, let match = next(start) {
            if match.isEmpty, match.lowerBound == previousEnd {
                start += start < text.count ? text.utf8Scalar(at: start).byteCount : 1
                continue
            }
            body(match)
            start = match.upperBound
            previousEnd = match.upperBound
        }
    }

    private static func find(
        _ literal: [UInt8],
        in text: Span<UInt8>,
        from start: Int
    ) -> Range<Int>? {
        guard let first = literal.first else { return start..<start }
        var index = start
        while index + literal.count <= text.count {
            if text[index] == first {
                var length = 1
                while length < literal.count, text[index + length] == literal[length] {
                    length += 1
                }
                if length == literal.count { return index..<index + length }
            }
            index += 1
        }
        return nil
    }
}
