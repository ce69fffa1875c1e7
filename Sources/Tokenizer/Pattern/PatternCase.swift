/// Which scalars match when case is ignored. Letters beyond ASCII are refused where their case
/// would matter: they fold in ways that no tokenizer needs.
enum PatternCase {
    private static let ascii = ScalarMapping.entries(asciiCaseTable)
    /// Letters beyond ASCII and their other case. Lowercase is of a later Unicode than patterns,
    /// which do not have all of these letters.
    private static let pairs: [(upper: UInt32, lower: UInt32)] = {
        let assigned = PatternProperty.named("Cn")?.inverted
        return ScalarMapping.entries(lowercaseTable)
            .filter { $0.key >= 0x80 && $0.value.count == 1 && assigned?.contains($0.key) == true }
            .map { ($0.key, $0.value[0]) }
    }()
    /// U+0345 folds to this letter, and is none itself.
    private static let iota: UInt32 = 0x3B9
    private static let iotaSubscript: UInt32 = 0x345
    private static let unsupported = PatternError.unsupported(
        construct: "ignoring the case of a letter beyond ASCII"
    )

    static func variants(of scalar: UInt32) throws(PatternError) -> ScalarSet {
        if scalar < 0x80 { return ScalarSet([scalar] + (ascii[scalar] ?? [])) }
        let cased = ["Lu", "Ll", "Lt", "Lm", "M"].contains {
            PatternProperty.named($0)?.contains(scalar) == true
        }
        guard !cased else { throw unsupported }
        return ScalarSet([scalar])
    }

    /// The members of brackets, and what is the same but for case.
    static func closure(of set: ScalarSet) throws(PatternError) -> ScalarSet {
        var scalars: [UInt32] = []
        for (letter, others) in ascii
        where set.contains(letter) || others.contains(where: set.contains) {
            scalars += others + [letter]
        }
        if set.contains(iota) { scalars.append(iotaSubscript) }
        let closed = set.union(ScalarSet(scalars))
        if set.contains(iotaSubscript), !set.contains(iota) { throw unsupported }
        let isClosed = pairs.allSatisfy {
            closed.contains($0.upper) == closed.contains($0.lower)
        }
        guard isClosed else { throw unsupported }
        return closed
    }

    /// Whether there is a ligature that matches a member of each, one after the other.
    static func foldTogether(_ first: ScalarSet, _ second: ScalarSet) -> Bool {
        [("s", "s"), ("f", "f"), ("f", "i"), ("f", "l"), ("s", "t")].contains {
            (one: Unicode.Scalar, other: Unicode.Scalar) in
            isOneLetter(first, one.value) && isOneLetter(second, other.value)
        }
    }

    private static func isOneLetter(_ set: ScalarSet, _ letter: UInt32) -> Bool {
        set == ScalarSet([letter] + (ascii[letter] ?? []))
    }
}
