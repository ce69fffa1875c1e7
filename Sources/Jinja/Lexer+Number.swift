/// Numbers, as Jinja2's lexer reads them.
extension Lexer {
    mutating func cutNumber() throws(TemplateError) {
        let start = position
        if peek == UInt8(ascii: "0"), try cutPrefixedInteger() { return }
        skipDigits()
        // `1.e5` and `x.1.2` are no floats: a point counts only before a digit and not after one.
        let followsPoint = start > 0 && source[start - 1] == UInt8(ascii: ".")
        var isFloat = false
        if !followsPoint {
            if peek == UInt8(ascii: "."), digit(at: position + 1) {
                position += 1
                skipDigits()
                isFloat = true
            }
            isFloat = skipExponent() || isFloat
        }
        let digits = source[start..<position].filter { $0 != UInt8(ascii: "_") }
        let text = String(decoding: digits, as: UTF8.self)
        if isFloat {
            append(.number(.float(Double(text) ?? .infinity)))
            return
        }
        if digits.first == UInt8(ascii: "0"), digits.contains(where: { $0 != UInt8(ascii: "0") }) {
            throw syntaxError("an integer cannot start with 0")
        }
        append(.number(Int(text).map { .int($0) } ?? .bigInt(digits)))
    }

    private func digit(at index: Int) -> Bool {
        index < source.count && source[index].isDigit
    }

    private mutating func skipDigits() {
        while digit(at: position)
            || (peek == UInt8(ascii: "_") && digit(at: position + 1))
        {
            position += 1
        }
    }

    private mutating func skipExponent() -> Bool {
        guard peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") else { return false }
        var index = position + 1
        if index < source.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(source[index]) {
            index += 1
        }
        guard digit(at: index) else { return false }
        position = index
        skipDigits()
        return true
    }

    /// `0x1f`, `0o17`, `0b11`
    private mutating func cutPrefixedInteger() throws(TemplateError) -> Bool {
        guard position + 1 < source.count else { return false }
        let radix: Int
        switch source[position + 1] | 0x20 {
        case UInt8(ascii: "x"): radix = 16
        case UInt8(ascii: "o"): radix = 8
        case UInt8(ascii: "b"): radix = 2
        default: return false
        }
        let start = position + 2
        var index = start
        while index < source.count,
            source[index] == UInt8(ascii: "_")
                || (source[index].hexDigitValue.map { $0 < radix } ?? false)
        {
            index += 1
        }
        let digits = source[start..<index].filter { $0 != UInt8(ascii: "_") }
        guard !digits.isEmpty else { return false }
        guard let value = Int(String(decoding: digits, as: UTF8.self), radix: radix) else {
            throw TemplateError(.unsupported, "a long integer in base \(radix)", line: line)
        }
        append(.number(.int(value)))
        position = index
        return true
    }
}
