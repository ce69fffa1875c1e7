import Jinja

/// JSON as Rust's `serde_json` displays it: no spaces, and floats in a shortest form of its own.
enum RustJSON {
    static func append(_ value: TemplateValue, to output: inout [UInt8]) {
        switch value {
        case .float(let number): output += text(of: number).utf8
        case .bigInt(let digits):
            // What 64 bits do not hold is a float there.
            let digits = String(decoding: digits, as: UTF8.self)
            output += UInt64(digits).map { "\($0)" }?.utf8 ?? text(of: Double(digits) ?? 0).utf8
        case .list(let list):
            output.append(UInt8(ascii: "["))
            for (index, element) in list.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                append(element, to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .dict(let dict):
            output.append(UInt8(ascii: "{"))
            for (index, entry) in dict.entries.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                PythonJSON.append(.string(entry.key), to: &output)
                output.append(UInt8(ascii: ":"))
                append(entry.value, to: &output)
            }
            output.append(UInt8(ascii: "}"))
        case .none, .bool, .int, .string: PythonJSON.append(value, to: &output)
        }
    }

    /// Decimal between 1e-5 and 1e16, else with an exponent.
    private static func text(of number: Double) -> String {
        guard number.isFinite else { return "null" }
        let sign = number.sign == .minus ? "-" : ""
        let (digits, pointAt) = decimal(number.magnitude)
        if digits == "0" { return "\(sign)0.0" }
        if digits.utf8.count <= pointAt, pointAt <= 16 {
            let zeros = String(repeating: "0", count: pointAt - digits.utf8.count)
            return "\(sign)\(digits)\(zeros).0"
        }
        if pointAt > 0, pointAt <= 16 {
            return "\(sign)\(digits.prefix(pointAt)).\(digits.dropFirst(pointAt))"
        }
        if pointAt > -5, pointAt <= 0 {
            return "\(sign)0.\(String(repeating: "0", count: -pointAt))\(digits)"
        }
        let fraction = digits.utf8.count > 1 ? ".\(digits.dropFirst())" : ""
        let exponent = pointAt > 0 ? "+\(pointAt - 1)" : "\(pointAt - 1)"
        return "\(sign)\(digits.prefix(1))\(fraction)e\(exponent)"
    }

    /// The shortest digits that make the number, and how many of them are before the point.
    private static func decimal(_ number: Double) -> (digits: String, pointAt: Int) {
        let parts = "\(number)".split(separator: "e")
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = mantissa[0]
        let fraction = mantissa.count > 1 && mantissa[1] != "0" ? mantissa[1] : ""
        let all = whole + fraction
        let digits = all.drop { $0 == "0" }
        guard !digits.isEmpty else { return ("0", 1) }
        let leadingZeros = all.count - digits.count
        var text = String(digits)
        while text.utf8.count > 1, text.hasSuffix("0") { text.removeLast() }
        return (text, whole.count - leadingZeros + exponent)
    }
}
