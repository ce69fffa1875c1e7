extension PatternParser {
    private static let controls: [UInt32: UInt32] = [
        0x74: 0x09, 0x6E: 0x0A, 0x76: 0x0B, 0x66: 0x0C, 0x72: 0x0D, 0x61: 0x07, 0x65: 0x1B,
    ]
    static let hexDigits = ScalarSet([0x30...0x39, 0x41...0x46, 0x61...0x66])

    /// What follows a backslash outside of brackets.
    mutating func parseEscapedAtom() throws(PatternError) -> PatternNode {
        switch next {
        case 0x41: return assertion(.textStart)
        case 0x7A: return assertion(.textEnd)
        case 0x5A: return assertion(.lastLineEnd)
        case 0x62: return assertion(.wordBoundary)
        case 0x42: return assertion(.noWordBoundary)
        default: break
        }
        if let set = try parseEscapedClass(inBrackets: false) { return .set(set) }
        return try literal(try parseEscapedScalar())
    }

    private mutating func assertion(_ assertion: PatternAssertion) -> PatternNode {
        place += 1
        return .assertion(assertion)
    }

    /// `\s`, `\p{L}` and the like, if what follows the backslash is one.
    mutating func parseEscapedClass(inBrackets: Bool) throws(PatternError) -> ScalarSet? {
        let word = inBrackets ? PatternProperty.bracketedWord : PatternProperty.word
        let set: ScalarSet
        switch next {
        case 0x73: set = PatternProperty.whitespace
        case 0x53: set = PatternProperty.whitespace.inverted
        case 0x64: set = PatternProperty.digits
        case 0x44: set = PatternProperty.digits.inverted
        case 0x77: set = word
        case 0x57: set = word.inverted
        case 0x68: set = Self.hexDigits
        case 0x48: set = Self.hexDigits.inverted
        case 0x70, 0x50:
            let isInverted = next == 0x50
            place += 1
            let property = try parseProperty()
            return isInverted ? property.inverted : property
        default: return nil
        }
        place += 1
        return set
    }

    /// `{name}` or `{^name}`
    private mutating func parseProperty() throws(PatternError) -> ScalarSet {
        guard skip("{") else { throw .unsupported(construct: #"\p without braces"#) }
        let isInverted = skip("^")
        var name = ""
        while let scalar = next, scalar != 0x7D {
            name.unicodeScalars.append(Unicode.Scalar(scalar) ?? "?")
            place += 1
        }
        guard skip("}") else { throw malformed("the name of a property has no end") }
        guard let set = PatternProperty.named(name) else {
            throw .unsupported(construct: "\\p{\(name)}")
        }
        return isInverted ? set.inverted : set
    }

    /// The one scalar that an escape stands for.
    mutating func parseEscapedScalar() throws(PatternError) -> UInt32 {
        let scalar = try take()
        if let control = Self.controls[scalar] { return control }
        switch scalar {
        case 0x78: return try parseHexScalar()
        case 0x75: return try parseHex(count: 4...4)
        case 0x30:  // octal
            var value: UInt32 = 0
            var count = 0
            while count < 2, let digit = next, (0x30...0x37).contains(digit) {
                value = value * 8 + digit - 0x30
                place += 1
                count += 1
            }
            return value
        case 0x31...0x39, 0x6B:
            throw .unsupported(construct: "a reference to a group")
        case 0x41...0x5A, 0x61...0x7A:
            let letter = Unicode.Scalar(scalar) ?? "?"
            throw .unsupported(construct: "\\\(letter)")
        default: return scalar
        }
    }

    /// `41` or `{1F600}`
    private mutating func parseHexScalar() throws(PatternError) -> UInt32 {
        guard skip("{") else {
            let value = try parseHex(count: 1...2)
            guard value < 0x80 else {
                throw .unsupported(construct: "a byte that is part of a character")
            }
            return value
        }
        let value = try parseHex(count: 1...6)
        guard skip("}") else { throw malformed("a hexadecimal character has no end") }
        return value
    }

    private mutating func parseHex(count: ClosedRange<Int>) throws(PatternError) -> UInt32 {
        var value: UInt32 = 0
        var found = 0
        while found < count.upperBound, let digit = next, Self.hexDigits.contains(digit) {
            value = value * 16 + (digit < 0x3A ? digit - 0x30 : digit & 0xF + 9)
            place += 1
            found += 1
        }
        guard found >= count.lowerBound, Unicode.Scalar(value) != nil else {
            throw malformed("a hexadecimal character is none")
        }
        return value
    }
}
