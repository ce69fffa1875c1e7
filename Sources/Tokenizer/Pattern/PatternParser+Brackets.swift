extension PatternParser {
    /// What follows `[`, up to and with its `]`.
    mutating func parseBracket() throws(PatternError) -> ScalarSet {
        try parseBracket(depth: 0)
    }

    private static let bracketDepthMax = 16

    private mutating func parseBracket(depth: Int) throws(PatternError) -> ScalarSet {
        guard depth < Self.bracketDepthMax else { throw .tooLarge }
        let isInverted = skip("^")
        var all: ScalarSet?
        var members: [ClosedRange<UInt32>] = []
        var isFirst = true
        while true {
            if next == Self.closeBracket, !isFirst { break }
            isFirst = false
            if skip("&&") {
                all = try intersect(all, with: members)
                members = []
            } else {
                members += try parseMember(depth: depth)
            }
        }
        place += 1
        let set = try intersect(all, with: members)
        return isInverted ? set.inverted : set
    }

    /// Case is ignored before a set is inverted or intersected.
    private func intersect(
        _ set: ScalarSet?,
        with members: [ClosedRange<UInt32>]
    ) throws(PatternError) -> ScalarSet {
        var other = ScalarSet(members)
        if ignoresCase { other = try PatternCase.closure(of: other) }
        return set?.intersection(other) ?? other
    }

    /// A character, a range, a class, or a set in brackets of its own.
    private mutating func parseMember(depth: Int) throws(PatternError) -> [ClosedRange<UInt32>] {
        if skip("[:") { return try parsePosix().ranges }
        if skip("[") { return try parseBracket(depth: depth + 1).ranges }
        let first: UInt32
        if skip("\\") {
            if let set = try parseEscapedClass(inBrackets: true) { return set.ranges }
            first = try parseBracketEscape()
        } else {
            first = try take()
        }
        guard next == Self.hyphen, place + 1 < input.count,
            input[place + 1] != Self.closeBracket
        else { return [first...first] }
        let hyphen = place
        place += 1
        if skip("[") { throw .unsupported(construct: "a range that ends in a set") }
        var last: UInt32
        if skip("\\") {
            if try parseEscapedClass(inBrackets: true) != nil {
                throw .unsupported(construct: "a range that ends in a class")
            }
            last = try parseBracketEscape()
        } else {
            last = try take()
        }
        if first > last {
            place = hyphen
            throw malformed("a range is empty")
        }
        last = max(first, last)
        return [first...last]
    }

    /// In brackets `\b` is a backspace.
    private mutating func parseBracketEscape() throws(PatternError) -> UInt32 {
        skip("b") ? 0x08 : try parseEscapedScalar()
    }

    /// What follows `[:`.
    private mutating func parsePosix() throws(PatternError) -> ScalarSet {
        let isInverted = skip("^")
        let set: ScalarSet
        if skip("digit:]") {
            set = PatternProperty.digits
        } else if skip("space:]") {
            set = PatternProperty.whitespace
        } else if skip("word:]") {
            set = PatternProperty.bracketedWord
        } else if skip("xdigit:]") {
            set = Self.hexDigits
        } else {
            throw .unsupported(construct: "a POSIX class but digit, space, word, xdigit")
        }
        return isInverted ? set.inverted : set
    }
}
