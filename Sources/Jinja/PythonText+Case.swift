/// Letter case and character classes.
extension PythonText {
    static func uppercased(_ text: [UInt8]) -> [UInt8] {
        if isASCII(text) {
            return text.map { (UInt8(ascii: "a")...UInt8(ascii: "z")) ~= $0 ? $0 - 32 : $0 }
        }
        return mapped(text) { $0.properties.uppercaseMapping }
    }

    static func lowercased(_ text: [UInt8]) -> [UInt8] {
        if isASCII(text) {
            return text.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")) ~= $0 ? $0 + 32 : $0 }
        }
        var result: [UInt8] = []
        let scalars = scalars(of: text)
        for (index, scalar) in scalars.enumerated() {
            if scalar == "Σ" {
                result += Array((isFinalSigma(at: index, in: scalars) ? "ς" : "σ").utf8)
            } else {
                result += Array(scalar.properties.lowercaseMapping.utf8)
            }
        }
        return result
    }

    /// Whether a capital sigma ends its word: after a letter, and not before one.
    private static func isFinalSigma(at index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
        let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
        return before?.properties.isCased == true && after?.properties.isCased != true
    }

    /// The first letter as in a title, the others small.
    static func capitalized(_ text: [UInt8]) -> [UInt8] {
        let scalars = scalars(of: text)
        guard let first = scalars.first else { return [] }
        return Array(first.properties.titlecaseMapping.utf8)
            + lowercased(bytes(of: scalars.dropFirst()))
    }

    /// `str.title`: a letter after anything that has no case begins a word.
    static func titlecased(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var isInWord = false
        for scalar in scalars(of: text) {
            let mapping =
                isInWord
                ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
            result += Array(mapping.utf8)
            isInWord = scalar.properties.isCased
        }
        return result
    }

    static func swappedCase(_ text: [UInt8]) -> [UInt8] {
        mapped(text) { scalar in
            scalar.properties.isUppercase
                ? scalar.properties.lowercaseMapping : scalar.properties.uppercaseMapping
        }
    }

    private static func mapped(
        _ text: [UInt8],
        _ mapping: (Unicode.Scalar) -> String
    ) -> [UInt8] {
        var result: [UInt8] = []
        for scalar in scalars(of: text) { result += Array(mapping(scalar).utf8) }
        return result
    }

    // MARK: Classes

    static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            true
        default: false
        }
    }

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.numericType {
        case .decimal, .digit: true
        default: false
        }
    }

    static func isDecimal(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.numericType == .decimal
    }

    static func isNumeric(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.numericType != nil
    }

    /// A cased text whose cased letters are all large (or all small).
    static func isCased(_ text: [UInt8], upper: Bool) -> Bool {
        var isCased = false
        for scalar in scalars(of: text) {
            let properties = scalar.properties
            if upper ? properties.isLowercase : properties.isUppercase { return false }
            if properties.generalCategory == .titlecaseLetter { return false }
            isCased = isCased || (upper ? properties.isUppercase : properties.isLowercase)
        }
        return isCased
    }

    /// What Python's `repr` does not escape.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }
}
