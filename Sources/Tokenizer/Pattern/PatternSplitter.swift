/// What becomes of the matches of a pattern when text is split by it, as in HF tokenizers.
enum SplitBehavior: String, Sendable {
    /// Matches are dropped.
    case removed = "Removed"
    /// Each match is a piece of its own.
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    /// Matches that follow each other are one piece.
    case contiguous = "Contiguous"
}

/// Splits text at the matches of a pattern.
struct PatternSplitter: Sendable {
    let pattern: Pattern
    let behavior: SplitBehavior
    /// Whether matches are pieces, and what is between them separates.
    let isInverted: Bool

    /// Calls `body` with each piece of the text, none of which is empty, in order.
    func forEachPiece(in text: Span<UInt8>, _ body: (Range<Int>) -> Void) {
        var merger = PieceMerger(behavior: behavior)
        var end = 0
        pattern.forEachMatch(in: text) { match in
            if match.lowerBound > end {
                merger.add(end..<match.lowerBound, isMatch: isInverted, body)
            }
            merger.add(match, isMatch: !isInverted, body)
            end = match.upperBound
        }
        if end < text.count { merger.add(end..<text.count, isMatch: isInverted, body) }
        merger.finish(body)
    }
}

/// Joins parts of a text, matches of a separator or not, into pieces.
struct PieceMerger {
    let behavior: SplitBehavior
    private var pending: Range<Int>?
    private var pendingIsMatch = false

    init(behavior: SplitBehavior) { self.behavior = behavior }

    /// Adds the part that follows. Empty matches separate, too.
    mutating func add(_ part: Range<Int>, isMatch: Bool, _ body: (Range<Int>) -> Void) {
        let joins =
            switch behavior {
            case .removed, .isolated: false
            case .contiguous: isMatch == pendingIsMatch
            case .mergedWithPrevious: isMatch && !pendingIsMatch
            case .mergedWithNext: !isMatch && pendingIsMatch
            }
        if joins, let start = pending?.lowerBound {
            pending = start..<part.upperBound
        } else {
            finish(body)
            pending = part
        }
        pendingIsMatch = isMatch
    }

    mutating func finish(_ body: (Range<Int>) -> Void) {
        defer { pending = nil }
        guard let pending, !pending.isEmpty else { return }
        if behavior == .removed, pendingIsMatch { return }
        body(pending)
    }
}
