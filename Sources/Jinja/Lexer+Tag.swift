/// What stands between the braces of a tag.
extension Lexer {
    /// Cuts tokens up to and including the end of the tag: `%}` or `}}`, with a sign before.
    mutating func cutTag(closedBy closing: UInt8, as end: Token.Kind) throws(TemplateError) {
        var brackets: [UInt8] = []
        while true {
            skipWhitespace()
            guard let byte = peek else { throw syntaxError("unexpected end of template") }
            if brackets.isEmpty, let sign = closingSign(closing, for: end) {
                append(end)
                if end == .outputEnd {
                    // No newline is taken after an output, except by `-`.
                    skipAfterTag(sign: sign == UInt8(ascii: "-") ? sign : UInt8(ascii: "+"))
                } else {
                    skipAfterTag(sign: sign)
                }
                return
            }
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""): try cutString(quote: byte)
            case UInt8(ascii: "0")...UInt8(ascii: "9"): try cutNumber()
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "_"):
                cutName()
            case 0x80...:
                throw TemplateError(.unsupported, "a name that is not ASCII", line: line)
            default: try cutSymbol(&brackets)
            }
        }
    }

    /// Skips the end of the tag if it is here, and returns the sign in it, 0 for none.
    private mutating func closingSign(_ closing: UInt8, for end: Token.Kind) -> UInt8? {
        var index = position
        var sign: UInt8 = 0
        if let byte = peek,
            byte == UInt8(ascii: "-") || (byte == UInt8(ascii: "+") && end == .statementEnd)
        {
            sign = byte
            index += 1
        }
        guard index + 1 < source.count, source[index] == closing,
            source[index + 1] == UInt8(ascii: "}")
        else { return nil }
        position = index + 2
        return sign
    }

    private mutating func cutName() {
        let start = position
        while let byte = peek, byte.isNameByte { position += 1 }
        append(.name(String(decoding: source[start..<position], as: UTF8.self)))
    }

    private mutating func cutSymbol(_ brackets: inout [UInt8]) throws(TemplateError) {
        let next = position + 1 < source.count ? source[position + 1] : 0
        let pair = String(decoding: [source[position], next], as: UTF8.self)
        if let symbol = Token.Symbol(rawValue: pair) {
            append(.symbol(symbol))
            position += 2
            return
        }
        let byte = source[position]
        guard let symbol = Token.Symbol(rawValue: String(decoding: [byte], as: UTF8.self)) else {
            throw syntaxError("unexpected char at \(position)")
        }
        switch symbol {
        case .leftBrace: brackets.append(UInt8(ascii: "}"))
        case .leftParenthesis: brackets.append(UInt8(ascii: ")"))
        case .leftBracket: brackets.append(UInt8(ascii: "]"))
        case .rightBrace, .rightParenthesis, .rightBracket:
            guard brackets.popLast() == byte else {
                throw syntaxError("unexpected '\(symbol.rawValue)'")
            }
        default: break
        }
        append(.symbol(symbol))
        position += 1
    }

    // MARK: Strings

    private mutating func cutString(quote: UInt8) throws(TemplateError) {
        let start = position + 1
        let startLine = line
        var index = start
        while index < source.count, source[index] != quote {
            index += source[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index < source.count else { throw syntaxError("unexpected char '\(quote)'") }
        tokens.append(Token(kind: .string(try unescaped(source[start..<index])), line: startLine))
        for at in start..<index where source[at] == .newline { line += 1 }
        position = index + 1
    }

    /// Resolves escapes as Python does in a string literal; an unknown one stays as it is.
    private func unescaped(_ text: ArraySlice<UInt8>) throws(TemplateError) -> [UInt8] {
        var result: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
                result.append(byte)
                continue
            }
            switch escape {
            case .newline: break
            case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): result.append(escape)
            case UInt8(ascii: "a"): result.append(7)
            case UInt8(ascii: "b"): result.append(8)
            case UInt8(ascii: "t"): result.append(9)
            case UInt8(ascii: "n"): result.append(10)
            case UInt8(ascii: "v"): result.append(11)
            case UInt8(ascii: "f"): result.append(12)
            case UInt8(ascii: "r"): result.append(13)
            case UInt8(ascii: "0")...UInt8(ascii: "7"):
                var value = UInt32(escape - UInt8(ascii: "0"))
                for _ in 0..<2 {
                    guard let digit = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "7")) ~= digit
                    else { break }
                    value = value * 8 + UInt32(digit - UInt8(ascii: "0"))
                    rest.removeFirst()
                }
                try append(scalar: value, to: &result)
            case UInt8(ascii: "x"): try append(scalar: hex(&rest, digits: 2), to: &result)
            case UInt8(ascii: "u"): try append(scalar: hex(&rest, digits: 4), to: &result)
            case UInt8(ascii: "U"): try append(scalar: hex(&rest, digits: 8), to: &result)
            case UInt8(ascii: "N"):
                throw TemplateError(.unsupported, "\\N in a string", line: line)
            default:
                result.append(UInt8(ascii: "\\"))
                result.append(escape)
            }
        }
        return result
    }

    private func hex(
        _ text: inout ArraySlice<UInt8>,
        digits: Int
    ) throws(TemplateError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = text.popFirst()?.hexDigitValue else {
                throw syntaxError("truncated escape in a string")
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private func append(
        scalar value: UInt32,
        to result: inout [UInt8]
    ) throws(TemplateError) {
        guard let scalar = Unicode.Scalar(value) else {
            throw TemplateError(.unsupported, "half a surrogate pair in a string", line: line)
        }
        PythonText.append(scalar, to: &result)
    }
}
