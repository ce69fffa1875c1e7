/// Python's `json.dumps`, with the defaults that transformers gives its `tojson` filter.
struct PythonJSON {
    var escapesNonASCII = false
    var sortsKeys = false
    /// What one level of indentation is. Nil: everything on one line.
    var indentation: [UInt8]?
    var itemSeparator = [UInt8](", ")
    var keySeparator = [UInt8](": ")
    /// Longer texts are refused.
    var bytesMax = Int.max

    /// Recurses as deep as `value` is, which `TemplateLimits.valueDepthMax` bounds.
    ///
    /// - Throws: for what JSON has no form for, as Python does.
    func append(
        _ value: Value,
        level: Int = 0,
        to text: inout [UInt8]
    ) throws(TemplateError) {
        switch value {
        case .none: text.append("null")
        case .bool(let value): text.append(value ? "true" : "false")
        case .int(let value): text.append(contentsOf: String(value).utf8)
        case .bigInt(let digits): text.append(contentsOf: digits)
        case .float(let value): append(value, to: &text)
        case .string(let string): appendQuoted(string, to: &text)
        case .list(let list), .tuple(let list):
            try appendItems(list.items.count, "[", "]", level: level, to: &text) {
                index,
                text throws(TemplateError) in
                try append(list.items[index], level: level + 1, to: &text)
            }
        case .dict(let dict):
            let entries = try sorted(dict.entries)
            try appendItems(entries.count, "{", "}", level: level, to: &text) {
                index,
                text throws(TemplateError) in
                try appendKey(entries[index].key, to: &text)
                text.append(contentsOf: keySeparator)
                try append(entries[index].value, level: level + 1, to: &text)
            }
        case .undefined, .object:
            throw .failed("Object of type \(value.typeName) is not JSON serializable")
        }
    }

    private func sorted(
        _ entries: [(key: Value, value: Value)]
    ) throws(TemplateError) -> [(key: Value, value: Value)] {
        guard sortsKeys else { return entries }
        return try PythonOrder.sorted(entries) { $0.key }
    }

    private func appendItems(
        _ count: Int,
        _ open: StaticString,
        _ close: StaticString,
        level: Int,
        to text: inout [UInt8],
        _ item: (Int, inout [UInt8]) throws(TemplateError) -> Void
    ) throws(TemplateError) {
        text.append(open)
        for index in 0..<count {
            guard text.count <= bytesMax else { throw .limit("a text is too long") }
            if index > 0 { text.append(contentsOf: itemSeparator) }
            appendLineStart(level: level + 1, to: &text)
            try item(index, &text)
        }
        if count > 0 { appendLineStart(level: level, to: &text) }
        text.append(close)
    }

    private func appendLineStart(level: Int, to text: inout [UInt8]) {
        guard let indentation else { return }
        text.append(.newline)
        for _ in 0..<level { text.append(contentsOf: indentation) }
    }

    private func appendKey(_ key: Value, to text: inout [UInt8]) throws(TemplateError) {
        switch key {
        case .string(let string): appendQuoted(string, to: &text)
        case .none, .bool, .int, .bigInt, .float:
            text.append(UInt8(ascii: "\""))
            try append(key, to: &text)
            text.append(UInt8(ascii: "\""))
        default: throw .failed("keys must be str, int, float, bool or None")
        }
    }

    private func append(_ value: Double, to text: inout [UInt8]) {
        if value.isNaN {
            text.append("NaN")
        } else if value.isInfinite {
            text.append(value < 0 ? "-Infinity" : "Infinity")
        } else {
            text.append(contentsOf: "\(value)".utf8)
        }
    }

    private func appendQuoted(_ string: [UInt8], to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        if escapesNonASCII, !PythonText.isASCII(string) {
            for scalar in PythonText.scalars(of: string) {
                if scalar.isASCII {
                    appendEscaped(UInt8(scalar.value), to: &text)
                } else {
                    for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                        text.append("\\u")
                        PythonFormat.appendHex(UInt32(unit), digits: 4, to: &text)
                    }
                }
            }
        } else {
            for byte in string { appendEscaped(byte, to: &text) }
        }
        text.append(UInt8(ascii: "\""))
    }

    private func appendEscaped(_ byte: UInt8, to text: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): text.append("\\\"")
        case UInt8(ascii: "\\"): text.append("\\\\")
        case 8: text.append("\\b")
        case 9: text.append("\\t")
        case 10: text.append("\\n")
        case 12: text.append("\\f")
        case 13: text.append("\\r")
        case 0..<0x20:
            text.append("\\u")
            PythonFormat.appendHex(UInt32(byte), digits: 4, to: &text)
        case 0x7F where escapesNonASCII: text.append("\\u007f")
        default: text.append(byte)
        }
    }
}
