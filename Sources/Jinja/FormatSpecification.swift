/// How a value is laid out by `%` and by `str.format`: sign, width, precision and type.
struct FormatSpecification {
    var fill: Unicode.Scalar = " "
    /// `<`, `>`, `^` or `=`. Nil: texts to the left, numbers to the right.
    var alignment: Unicode.Scalar?
    /// `+` or a space: what stands before a number that is not negative.
    var sign: Unicode.Scalar?
    var isAlternate = false
    var groupsThousands = false
    var width = 0
    var precision: Int?
    /// `s`, `d`, `f`… Nil: what suits the value.
    var type: Unicode.Scalar?

    static let widthMax = 100_000

    /// A double has at most 1,074 digits after its point.
    func checkPrecision() throws(TemplateError) {
        if let precision, precision > 1100, type != "s" { throw .limit("that many digits") }
    }

    /// - Throws: for a type that does not suit the value, as Python does.
    func format(_ value: Value) throws(TemplateError) -> [UInt8] {
        let isText = value.text != nil || type == "s"
        if isText {
            guard type == nil || type == "s" else { throw .failed("a number is required") }
            var text = PythonFormat.text(of: value)
            if let precision {
                text = PythonText.bytes(of: PythonText.scalars(of: text).prefix(precision))
            }
            return padded(text, signCount: 0, isNumber: false)
        }
        if type == nil, precision == nil, Number(value) == nil || value.isBool {
            return padded(PythonFormat.text(of: value), signCount: 0, isNumber: false)
        }
        guard let number = Number(value) else { throw .failed("a number is required") }
        var digits = try digits(of: number)
        var prefix = ""
        if digits.hasPrefix("-") {
            digits.removeFirst()
            prefix = "-"
        } else if let sign {
            prefix = String(Character(sign))
        }
        if groupsThousands { digits = Self.grouped(digits) }
        return padded(Array((prefix + digits).utf8), signCount: prefix.utf8.count, isNumber: true)
    }

    private func digits(of number: Number) throws(TemplateError) -> String {
        switch (type, number) {
        case ("f", _), ("F", _):
            return PythonMath.fixed(number.double, places: precision ?? 6)
        case ("%", _):
            return PythonMath.fixed(number.double * 100, places: precision ?? 6) + "%"
        case (nil, .float(let value)) where precision == nil:
            return PythonFormat.text(of: value)
        case ("e", _), ("E", _), ("g", _), ("G", _), (nil, .float), ("n", _):
            throw TemplateError(.unsupported, "the number format \(type ?? "g")")
        case (nil, .int(let value)), ("d", .int(let value)), ("i", .int(let value)),
            ("u", .int(let value)):
            return String(value)
        case (nil, .bigInt(let digits)), ("d", .bigInt(let digits)):
            return String(decoding: digits, as: UTF8.self)
        case ("x", .int(let value)): return based(value, 16, "0x")
        case ("X", .int(let value)): return based(value, 16, "0x").uppercased()
        case ("o", .int(let value)): return based(value, 8, "0o")
        case ("b", .int(let value)): return based(value, 2, "0b")
        default: throw .failed("a format that does not suit the value")
        }
    }

    private func based(_ value: Int, _ radix: Int, _ prefix: String) -> String {
        let digits = String(value.magnitude, radix: radix)
        return (value < 0 ? "-" : "") + (isAlternate ? prefix : "") + digits
    }

    private static func grouped(_ digits: String) -> String {
        let whole = digits.prefix { $0 != "." && $0 != "e" }
        var result = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { result += "," }
            result.append(digit)
        }
        return result + digits.dropFirst(whole.count)
    }

    private func padded(_ text: [UInt8], signCount: Int, isNumber: Bool) -> [UInt8] {
        let missing = max(0, width - PythonText.count(of: text))
        guard missing > 0 else { return text }
        var unit: [UInt8] = []
        PythonText.append(fill, to: &unit)
        func padding(_ count: Int) -> [UInt8] {
            Array(repeatElement(unit, count: count).joined())
        }
        switch alignment ?? (isNumber ? ">" : "<") {
        case "<": return text + padding(missing)
        case "^": return padding(missing / 2) + text + padding(missing - missing / 2)
        case "=": return text.prefix(signCount) + padding(missing) + text.dropFirst(signCount)
        default: return padding(missing) + text
        }
    }
}

extension Value {
    fileprivate var isBool: Bool { if case .bool = self { true } else { false } }
}
