/// Finds extended grapheme clusters (UAX #29), but for pairs of regional indicators: those never
/// matter to what is the only user, which treats every grapheme of six bytes or more alike.
struct GraphemeBreaker {
    private static let joiner: UInt32 = 0x200D
    private static let carriageReturn: UInt32 = 0x0D
    private static let newline: UInt32 = 0x0A

    /// A pictograph, then what extends it, perhaps a joiner.
    private enum Pictograph { case none, open, joined }
    /// A consonant, then what may link, perhaps a linker.
    private enum Conjunct { case none, open, linked }

    private var pictograph = Pictograph.none
    private var conjunct = Conjunct.none

    /// Where the grapheme that starts at `start`, which is inside `text`, ends.
    mutating func end(in text: Span<UInt8>, from start: Int) -> Int {
        (pictograph, conjunct) = (.none, .none)
        var previous = text.utf8Scalar(at: start)
        var property = GraphemeProperty.of(previous.value)
        var index = start + previous.byteCount
        follow(property, of: previous.value)
        while index < text.count {
            let next = text.utf8Scalar(at: index)
            let nextProperty = GraphemeProperty.of(next.value)
            guard joins(previous.value, property, next.value, nextProperty) else { break }
            follow(nextProperty, of: next.value)
            (previous, property) = (next, nextProperty)
            index += next.byteCount
        }
        return index
    }

    private func joins(
        _ first: UInt32,
        _ before: GraphemeProperty,
        _ second: UInt32,
        _ after: GraphemeProperty
    ) -> Bool {
        if before.kind == .control {
            return first == Self.carriageReturn && second == Self.newline
        }
        if after.kind == .control { return false }
        if after.joinsBack || before.kind == .prepend { return true }
        switch (before.kind, after.kind) {
        case (.lead, .lead), (.lead, .vowel), (.lead, .openSyllable), (.lead, .closedSyllable),
            (.openSyllable, .vowel), (.openSyllable, .final), (.vowel, .vowel), (.vowel, .final),
            (.closedSyllable, .final), (.final, .final):
            return true
        case (_, .pictograph): return pictograph == .joined
        case (_, .consonant): return conjunct == .linked
        default: return false
        }
    }

    private mutating func follow(_ property: GraphemeProperty, of scalar: UInt32) {
        if property.kind == .pictograph {
            pictograph = .open
        } else if pictograph == .open, scalar == Self.joiner {
            pictograph = .joined
        } else if pictograph != .open || !property.extends {
            pictograph = .none
        }
        if property.kind == .consonant {
            conjunct = .open
        } else if conjunct != .none, property.links {
            conjunct = .linked
        } else if !property.mayLink {
            conjunct = .none
        }
    }
}
