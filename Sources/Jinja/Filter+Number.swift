/// Filters to numbers.
extension Filter {
    func toFloat(_ value: Value, _ given: [Value?]) throws(TemplateError) -> Value {
        if case .undefined = value { throw .failed("undefined is no number") }
        return Self.double(value).map { .float($0) } ?? given[0] ?? .float(0)
    }

    func toInt(_ value: Value, _ given: [Value?]) throws(TemplateError) -> Value {
        let fallback = given[0] ?? .int(0)
        let base = try TextMethod.int(given[1], else: 10)
        switch value {
        case .undefined: throw .failed("undefined is no number")
        case .string(let text):
            if let integer = Self.integer(text, base: base) { return integer }
        case .bool, .int, .bigInt:
            if case .bool(let flag) = value { return .int(flag ? 1 : 0) }
            return value
        default: break
        }
        guard let double = Self.double(value), double.isFinite else { return fallback }
        if let integer = Int(exactly: double.rounded(.towardZero)) { return .int(integer) }
        return .bigInt(Array(PythonMath.fixed(double.rounded(.towardZero), places: 0).utf8))
    }

    /// A text as Python's `int()` reads it.
    private static func integer(_ text: [UInt8], base: Int) -> Value? {
        var digits = PythonText.strippedRight(PythonText.strippedLeft(text[...]))
        var isNegative = false
        if let sign = digits.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            digits = digits.dropFirst()
        }
        if base == 16 || base == 8 || base == 2, digits.count > 2, digits.first == 48 {
            let prefix: UInt8 = base == 16 ? 0x78 : base == 8 ? 0x6F : 0x62
            if digits[digits.startIndex + 1] | 0x20 == prefix { digits = digits.dropFirst(2) }
        }
        var plain: [UInt8] = []
        var previous = UInt8(ascii: "_")
        for byte in digits {
            if byte == UInt8(ascii: "_") {
                if previous == byte { return nil }
            } else {
                plain.append(byte)
            }
            previous = byte
        }
        guard !plain.isEmpty, previous != UInt8(ascii: "_"), (2...36).contains(base),
            plain.allSatisfy({ $0.isNameByte })
        else { return nil }
        let number = String(decoding: plain, as: UTF8.self)
        if let value = Int((isNegative ? "-" : "") + number, radix: base) { return .int(value) }
        guard base == 10, plain.allSatisfy(\.isDigit), plain.count <= 4300 else { return nil }
        let significant = Array(plain.drop { $0 == UInt8(ascii: "0") })
        return .bigInt(isNegative ? [UInt8(ascii: "-")] + significant : significant)
    }

    /// Python's `float()`.
    private static func double(_ value: Value) -> Double? {
        guard case .string(let text) = value else { return Number(value)?.double }
        let plain = PythonText.strippedRight(PythonText.strippedLeft(text[...]))
        guard !plain.contains(where: { $0 | 0x20 == UInt8(ascii: "x") || $0 == 0x28 }) else {
            return nil
        }
        return Double(String(decoding: plain, as: UTF8.self))
    }

    func rounded(_ value: Value, _ given: [Value?]) throws(TemplateError) -> Value {
        let places = try TextMethod.int(given[0], else: 0)
        let method = try TextMethod.optionalText(given[1]) ?? [UInt8]("common")
        guard let number = Number(value) else { throw .failed("no number to round") }
        switch String(decoding: method, as: UTF8.self) {
        case "common":
            switch number {
            case .int(let integer) where places >= 0: return .int(integer)
            case .int, .bigInt:
                guard places < 0 else { return value }
                let scaled = PythonMath.rounded(number.double, places: places)
                return Int(exactly: scaled).map { .int($0) } ?? value
            case .float(let double): return .float(PythonMath.rounded(double, places: places))
            }
        case "ceil", "floor":
            guard (-300...300).contains(places) else { throw .limit("that many places") }
            let scale = try PythonMath.power(10, Double(places))
            let scaled = number.double * scale
            let rounded = scaled.rounded(method.first == UInt8(ascii: "c") ? .up : .down)
            return .float(rounded / scale)
        default: throw .failed("method must be common, ceil or floor")
        }
    }
}
