import YAML

/// Amounts as Kubernetes writes them (`resource.Quantity`): `1G`, `10Mi`, `500`, `1e3`, `1500m`.
/// Its suffixes mind case: `M` is a million, `m` a thousandth.
enum Quantity {
    private static let scales: [String: Double] = [
        "": 1, "n": 1e-9, "u": 1e-6, "m": 1e-3,
        "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
        "Ki": 0x1p10, "Mi": 0x1p20, "Gi": 0x1p30, "Ti": 0x1p40, "Pi": 0x1p50, "Ei": 0x1p60,
    ]

    /// The next whole number from the amount on, as Kubernetes rounds. Nil for anything else, and
    /// for what is negative or beyond 64 bits.
    static func wholeNumber(of text: String) -> Int? {
        guard text.utf8.count <= 32 else { return nil }
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let suffix = String(text.dropFirst(digits.count))
        guard let number = Double(digits), let scale = scales[suffix] ?? exponent(suffix) else {
            return nil
        }
        return Int(exactly: (number * scale).rounded(.up))
    }

    static func wholeNumber(of node: YAMLNode) -> Int? {
        guard case .scalar(let text, _, _) = node else { return nil }
        return wholeNumber(of: text)
    }

    /// `e3`, `E-2`.
    private static func exponent(_ suffix: String) -> Double? {
        guard let letter = suffix.first, letter == "e" || letter == "E",
            let power = Int(suffix.dropFirst()), abs(power) <= 18
        else { return nil }
        return Double("1e\(power)")
    }
}
