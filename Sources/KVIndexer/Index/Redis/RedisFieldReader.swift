/// A cursor over the JSON of one field: an object of plain values. Borrows the bytes.
struct RedisFieldReader: ~Escapable {
    enum Value: Equatable {
        case text(String)
        case bool(Bool)
        case number(Int)
        /// Null, or a number that is not whole.
        case other
    }

    private let bytes: Span<UInt8>
    private var position = 0

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    /// Whether nothing but white space is left.
    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return position == bytes.count
        }
    }

    mutating func isNext(_ mark: Unicode.Scalar) -> Bool {
        skipSpace()
        return position < bytes.count && bytes[position] == UInt8(ascii: mark)
    }

    /// Steps over `mark`, if it is next.
    mutating func skip(_ mark: Unicode.Scalar) -> Bool {
        guard isNext(mark) else { return false }
        position += 1
        return true
    }

    mutating func readValue() -> Value? {
        if isNext("\"") { return readText().map(Value.text) }
        let word = readWord()
        switch word {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .other
        default: return Int(word).map(Value.number) ?? (Double(word) == nil ? nil : .other)
        }
    }

    mutating func readText() -> String? {
        guard skip("\"") else { return nil }
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = readEscaped() else { return nil }
                text += UTF8.encode(escaped).map { Array($0) } ?? []
            case 0..<0x20: return nil
            default: text.append(byte)
            }
        }
        return nil
    }

    private mutating func readEscaped() -> Unicode.Scalar? {
        guard position < bytes.count else { return nil }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return readUTF16Unit()
        default: return nil
        }
    }

    /// No address has a character beyond the first 65,536: surrogates are refused.
    private mutating func readUTF16Unit() -> Unicode.Scalar? {
        guard position + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
                return nil
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return Unicode.Scalar(value)
    }

    /// A number, or one of JSON's three words.
    private mutating func readWord() -> String {
        var word = ""
        while position < bytes.count {
            let scalar = Unicode.Scalar(bytes[position])
            guard
                scalar.properties.isASCIIHexDigit || "+-.truefalsnE".unicodeScalars.contains(scalar)
            else { break }
            word.unicodeScalars.append(scalar)
            position += 1
        }
        return word
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
            position += 1
        }
    }
}
