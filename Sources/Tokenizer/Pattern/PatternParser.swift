/// Reads a pattern in Oniguruma's Ruby syntax, which differs from others: `^` and `$` are ends
/// of lines, `(?m)` lets the dot match newlines, `{1,2}+` repeats, and `x{2}?` is an optional
/// `x{2}`.
struct PatternParser {
    private static let depthMax = 64
    private static let repeatMax = 1000
    private static let lengthMax = 65_536

    var input: [UInt32]
    var place = 0
    var ignoresCase = false
    private var dotMatchesNewline = false
    private var depth = 0

    init(_ pattern: String) { input = pattern.unicodeScalars.map(\.value) }

    mutating func parse() throws(PatternError) -> PatternNode {
        guard input.count <= Self.lengthMax else { throw .tooLarge }
        let node = try parseAlternatives()
        guard place == input.count else { throw malformed("a group is closed twice") }
        return node
    }

    func malformed(_ reason: String) -> PatternError { .malformed(reason: reason, place: place) }

    var next: UInt32? { place < input.count ? input[place] : nil }

    /// Skips `text` if it comes next.
    mutating func skip(_ text: StaticString) -> Bool {
        let scalars = text.description.unicodeScalars
        guard input.count - place >= scalars.count else { return false }
        for (offset, scalar) in scalars.enumerated()
        where input[place + offset] != scalar.value {
            return false
        }
        place += scalars.count
        return true
    }

    mutating func take() throws(PatternError) -> UInt32 {
        guard let scalar = next else { throw malformed("it ends too soon") }
        place += 1
        return scalar
    }

    private mutating func parseAlternatives() throws(PatternError) -> PatternNode {
        guard depth < Self.depthMax else { throw .tooLarge }
        depth += 1
        defer { depth -= 1 }
        var nodes = [try parseSequence()]
        while skip("|") { nodes.append(try parseSequence()) }
        return nodes.count == 1 ? nodes[0] : .alternatives(nodes)
    }

    private mutating func parseSequence() throws(PatternError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let scalar = next, scalar != Self.bar, scalar != Self.close {
            nodes.append(try parseQuantified())
        }
        try checkFolding(of: nodes)
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func parseQuantified() throws(PatternError) -> PatternNode {
        var node = try parseAtom()
        while true {
            let atLeast: Int
            let atMost: Int?
            var isInterval = false
            if skip("*") {
                (atLeast, atMost) = (0, nil)
            } else if skip("+") {
                (atLeast, atMost) = (1, nil)
            } else if skip("?") {
                (atLeast, atMost) = (0, 1)
            } else if let interval = try parseInterval() {
                (atLeast, atMost) = interval
                isInterval = true
            } else {
                return node
            }
            var greed = PatternNode.Greed.greedy
            if !isInterval || atLeast != atMost, skip("?") {
                greed = .lazy
            } else if !isInterval, skip("+") {
                greed = .possessive
            }
            node = .repeat(node, atLeast: atLeast, atMost: atMost, greed: greed)
        }
    }

    /// `{2}`, `{1,2}`, `{1,}` or `{,2}`. Anything else is no interval, and stands for itself.
    private mutating func parseInterval() throws(PatternError) -> (Int, Int?)? {
        let start = place
        guard skip("{") else { return nil }
        let low = parseNumber()
        let hasComma = skip(",")
        let high = hasComma ? parseNumber() : low
        guard skip("}"), low != nil || high != nil else {
            place = start
            return nil
        }
        guard low ?? 0 <= Self.repeatMax, high ?? 0 <= Self.repeatMax else { throw .tooLarge }
        if let low, let high, low > high {
            throw .unsupported(construct: "an interval whose ends are swapped")
        }
        return (low ?? 0, high)
    }

    private mutating func parseNumber() -> Int? {
        var number: Int?
        while let digit = next, (0x30...0x39).contains(digit), number ?? 0 < 100_000 {
            number = (number ?? 0) * 10 + Int(digit - 0x30)
            place += 1
        }
        return number
    }

    private mutating func parseAtom() throws(PatternError) -> PatternNode {
        let scalar = try take()
        switch scalar {
        case Self.open: return try parseGroup()
        case Self.bracket: return .set(try parseBracket())
        case Self.dot:
            return .set(dotMatchesNewline ? .all : ScalarSet([0x0A as UInt32]).inverted)
        case Self.caret: return .assertion(.lineStart)
        case Self.dollar: return .assertion(.lineEnd)
        case Self.backslash: return try parseEscapedAtom()
        case Self.star, Self.plus, Self.question:
            throw malformed("there is nothing to repeat")
        default: return try literal(scalar)
        }
    }

    func literal(_ scalar: UInt32) throws(PatternError) -> PatternNode {
        .set(ignoresCase ? try PatternCase.variants(of: scalar) : ScalarSet([scalar]))
    }

    /// What follows `(`.
    private mutating func parseGroup() throws(PatternError) -> PatternNode {
        guard skip("?") else { return try parseGroupBody() }
        if skip(":") { return try parseGroupBody() }
        if skip("=") { return .lookAhead(try parseGroupBody(), negated: false) }
        if skip("!") { return .lookAhead(try parseGroupBody(), negated: true) }
        if skip("<=") { return .lookBehind(try parseGroupBody(), negated: false) }
        if skip("<!") { return .lookBehind(try parseGroupBody(), negated: true) }
        if skip(">") { return .atomic(try parseGroupBody()) }
        if skip("#") {
            while try take() != Self.close {}
            return .empty
        }
        if skip("<") || skip("'") {
            while let scalar = next, scalar != Self.close, scalar != Self.bar {
                place += 1
                if scalar == 0x3E || scalar == 0x27 { return try parseGroupBody() }
            }
            throw malformed("the name of a group has no end")
        }
        return try parseOptions()
    }

    private mutating func parseGroupBody() throws(PatternError) -> PatternNode {
        let (outerCase, outerDot) = (ignoresCase, dotMatchesNewline)
        let node = try parseAlternatives()
        guard skip(")") else { throw malformed("a group is not closed") }
        (ignoresCase, dotMatchesNewline) = (outerCase, outerDot)
        return node
    }

    /// `(?i:…)`, or `(?i)`, which holds up to the end of the group that it is in, all
    /// alternatives included.
    private mutating func parseOptions() throws(PatternError) -> PatternNode {
        let (outerCase, outerDot) = (ignoresCase, dotMatchesNewline)
        var isOn = true
        while true {
            switch try take() {
            case 0x2D: isOn = false
            case 0x69: ignoresCase = isOn
            case 0x6D: dotMatchesNewline = isOn
            case 0x78 where !isOn: break
            case 0x3A:
                let node = try parseGroupBody()
                (ignoresCase, dotMatchesNewline) = (outerCase, outerDot)
                return node
            case Self.close:
                let node = try parseAlternatives()
                (ignoresCase, dotMatchesNewline) = (outerCase, outerDot)
                return node
            default: throw .unsupported(construct: "a group of this kind, or this option")
            }
        }
    }

    /// Ignoring case, some neighbours match one scalar: `st` matches U+FB06.
    private func checkFolding(of nodes: [PatternNode]) throws(PatternError) {
        guard ignoresCase else { return }
        for (node, following) in zip(nodes, nodes.dropFirst()) {
            guard case .set(let first) = node, case .set(let second) = following,
                PatternCase.foldTogether(first, second)
            else { continue }
            throw .unsupported(construct: "ignoring the case of letters that have a ligature")
        }
    }
}

extension PatternParser {
    static let bar: UInt32 = 0x7C
    static let open: UInt32 = 0x28
    static let close: UInt32 = 0x29
    static let bracket: UInt32 = 0x5B
    static let closeBracket: UInt32 = 0x5D
    static let dot: UInt32 = 0x2E
    static let caret: UInt32 = 0x5E
    static let dollar: UInt32 = 0x24
    static let backslash: UInt32 = 0x5C
    static let star: UInt32 = 0x2A
    static let plus: UInt32 = 0x2B
    static let question: UInt32 = 0x3F
    static let hyphen: UInt32 = 0x2D
}
