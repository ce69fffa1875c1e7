/// A time with its unit, as Go programs take it: `30s`, `500ms`, `2m`.
extension Duration: OptionValue {
    package static var expectation: String { "a time with a unit: ms, s, m or h" }

    private static let units: [(suffix: String, milliseconds: Double)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000),
    ]

    package init?(optionText: String) {
        guard let unit = Self.units.first(where: { optionText.hasSuffix($0.suffix) }),
            let number = Double(optionText.dropLast(unit.suffix.count)),
            (0...1e9).contains(number * unit.milliseconds)
        else { return nil }
        self = .milliseconds(number * unit.milliseconds)
    }

    package var optionText: String {
        let milliseconds = self / .milliseconds(1)
        return milliseconds < 1000
            ? "\(milliseconds.optionText)ms" : "\((milliseconds / 1000).optionText)s"
    }
}
