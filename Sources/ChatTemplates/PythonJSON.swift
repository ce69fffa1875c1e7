import JSON
import Jinja

/// JSON as Python's `json` module writes and reads it.
enum PythonJSON {
    /// As `json.dumps(value, ensure_ascii=False)`.
    ///
    /// - Parameter asASCII: as `ensure_ascii=True`, which is Python's default.
    static func append(
        _ value: TemplateValue,
        asASCII: Bool = false,
        to output: inout [UInt8]
    ) {
        switch value {
        case .none: output += "null".utf8
        case .bool(let flag): output += flag ? "true".utf8 : "false".utf8
        case .int(let number): output += "\(number)".utf8
        case .bigInt(let digits): output += digits
        case .float(let number):
            if number.isNaN {
                output += "NaN".utf8
            } else if number.isInfinite {
                output += number < 0 ? "-Infinity".utf8 : "Infinity".utf8
            } else {
                output += "\(number)".utf8
            }
        case .string(let text): appendQuoted(text, asASCII: asASCII, to: &output)
        case .list(let list):
            output.append(UInt8(ascii: "["))
            for (index, element) in list.enumerated() {
                if index > 0 { output += ", ".utf8 }
                append(element, asASCII: asASCII, to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .dict(let dict):
            output.append(UInt8(ascii: "{"))
            for (index, entry) in dict.entries.enumerated() {
                if index > 0 { output += ", ".utf8 }
                appendQuoted(entry.key, asASCII: asASCII, to: &output)
                output += ": ".utf8
                append(entry.value, asASCII: asASCII, to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func appendQuoted(
        _ text: [UInt8],
        asASCII: Bool,
        to output: inout [UInt8]
    ) {
        guard !asASCII || text.allSatisfy({ $0 < 0x7F }) else {
            return appendQuotedASCII(text, to: &output)
        }
        output.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case 0x08: output += "\\b".utf8
            case 0x09: output += "\\t".utf8
            case 0x0A: output += "\\n".utf8
            case 0x0C: output += "\\f".utf8
            case 0x0D: output += "\\r".utf8
            case 0..<0x20: appendEscaped(UInt16(byte), to: &output)
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func appendQuotedASCII(_ text: [UInt8], to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            if scalar.value < 0x7F {
                var quoted: [UInt8] = []
                appendQuoted([UInt8(scalar.value)], asASCII: false, to: &quoted)
                output += quoted.dropFirst().dropLast()
            } else {
                for unit in String(scalar).utf16 { appendEscaped(unit, to: &output) }
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func appendEscaped(_ unit: UInt16, to output: inout [UInt8]) {
        output += "\\u".utf8
        for shift in [12, 8, 4, 0] as [UInt16] { output.append(hexDigits[Int(unit >> shift & 15)]) }
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)

    /// What a text says as JSON, the text itself if it is none. An empty one is an empty object.
    ///
    /// - Throws: `unsupported` for JSON that Python reads and we do not.
    static func valueOrText(_ text: [UInt8]) throws(PromptError) -> TemplateValue {
        guard !text.isEmpty else { return .dict(TemplateDict()) }
        do {
            return TemplateValue(try JSONDocument(parsing: text).root)
        } catch {
            guard !mayRead(text) else {
                throw .unsupported(reason: "JSON in a message: \(error.reason)")
            }
            return .string(text)
        }
    }

    /// Whether Python might read a text that `JSONDocument` refuses: it knows `NaN` and
    /// `Infinity`, keeps lone surrogates, nests deeper, and its integers have no end. May say yes
    /// for text that Python refuses as well.
    static func mayRead(_ json: [UInt8]) -> Bool {
        var depth = 0
        var digitCount = 0
        for index in json.indices {
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(json[index])
            digitCount = isDigit ? digitCount + 1 : 0
            if digitCount > 18 { return true }
            switch json[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth > JSONDocument.depthMax { return true }
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "N"), UInt8(ascii: "I"):
                if json[index...].starts(with: "NaN".utf8) { return true }
                if json[index...].starts(with: "Infinity".utf8) { return true }
            case UInt8(ascii: "\\"):
                if json[index...].starts(with: "\\ud".utf8) { return true }
                if json[index...].starts(with: "\\uD".utf8) { return true }
            default: break
            }
        }
        return false
    }
}
