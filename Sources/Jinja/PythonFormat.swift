/// Python's `str()` and `repr()`.
enum PythonFormat {
    /// What printing `value` shows.
    static func text(of value: Value) -> [UInt8] {
        switch value {
        case .undefined: return []
        case .string(let text): return text
        case .object(let object): return object.text
        default:
            var text: [UInt8] = []
            appendRepr(of: value, to: &text)
            return text
        }
    }

    static func repr(_ value: Value) -> [UInt8] {
        var text: [UInt8] = []
        appendRepr(of: value, to: &text)
        return text
    }

    /// Recurses as deep as `value` is, which `TemplateLimits.valueDepthMax` bounds.
    static func appendRepr(of value: Value, to text: inout [UInt8]) {
        switch value {
        case .undefined: text.append("Undefined")
        case .none: text.append("None")
        case .bool(let value): text.append(value ? "True" : "False")
        case .int(let value): text.append(contentsOf: String(value).utf8)
        case .bigInt(let digits): text.append(contentsOf: digits)
        case .float(let value): text.append(contentsOf: Self.text(of: value).utf8)
        case .string(let string): appendQuoted(string, to: &text)
        case .list(let list): appendItems(list.items, "[", "]", to: &text)
        case .tuple(let tuple):
            appendItems(tuple.items, "(", tuple.items.count == 1 ? ",)" : ")", to: &text)
        case .dict(let dict):
            text.append("{")
            for (index, entry) in dict.entries.enumerated() {
                if index > 0 { text.append(", ") }
                appendRepr(of: entry.key, to: &text)
                text.append(": ")
                appendRepr(of: entry.value, to: &text)
            }
            text.append("}")
        case .object(let object): text.append(contentsOf: object.text)
        }
    }

    private static func appendItems(
        _ items: [Value],
        _ open: StaticString,
        _ close: StaticString,
        to text: inout [UInt8]
    ) {
        text.append(open)
        for (index, item) in items.enumerated() {
            if index > 0 { text.append(", ") }
            appendRepr(of: item, to: &text)
        }
        text.append(close)
    }

    /// The shortest decimal that reads back as `value`: Swift prints as Python does.
    static func text(of value: Double) -> String {
        if value.isNaN { return "nan" }
        return "\(value)"
    }

    /// Single quotes, unless there are single quotes and no double ones within.
    static func appendQuoted(_ string: [UInt8], to text: inout [UInt8]) {
        let hasSingle = string.contains(UInt8(ascii: "'"))
        let quote =
            hasSingle && !string.contains(UInt8(ascii: "\""))
            ? UInt8(ascii: "\"") : UInt8(ascii: "'")
        text.append(quote)
        for scalar in PythonText.scalars(of: string) {
            switch scalar {
            case "\\": text.append("\\\\")
            case "\n": text.append("\\n")
            case "\r": text.append("\\r")
            case "\t": text.append("\\t")
            default:
                if scalar.value == UInt32(quote) {
                    text.append(UInt8(ascii: "\\"))
                    text.append(quote)
                } else if scalar.isASCII
                    ? (0x20..<0x7F) ~= scalar.value
                    : PythonText.isPrintable(scalar)
                {
                    PythonText.append(scalar, to: &text)
                } else {
                    appendEscape(scalar.value, to: &text)
                }
            }
        }
        text.append(quote)
    }

    private static func appendEscape(_ value: UInt32, to text: inout [UInt8]) {
        if value < 0x100 {
            text.append("\\x")
            appendHex(value, digits: 2, to: &text)
        } else if value < 0x10000 {
            text.append("\\u")
            appendHex(value, digits: 4, to: &text)
        } else {
            text.append("\\U")
            appendHex(value, digits: 8, to: &text)
        }
    }

    static func appendHex(_ value: UInt32, digits: Int, to text: inout [UInt8]) {
        for digit in stride(from: digits - 1, through: 0, by: -1) {
            let nibble = UInt8(value >> (4 * UInt32(digit)) & 15)
            text.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") - 10 + nibble)
        }
    }
}
