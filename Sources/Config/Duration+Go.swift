/// Durations as Go's `time.ParseDuration` reads and `Duration.String` writes them.
extension Duration {
    private static let units: [(suffix: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9),
        ("h", 3600e9),
    ]

    /// `1h15m30.5s`, `300ms`, `0`. Nil for anything else, and beyond what Go's 64 bits hold.
    init?(goText text: String) {
        var rest = text[...]
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        if rest == "0" {
            self = .zero
            return
        }
        guard !rest.isEmpty, rest.utf8.count <= 64 else { return nil }
        var nanoseconds = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let suffix = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
            rest = rest.dropFirst(suffix.count)
            guard let number = Double(digits),
                let unit = Self.units.first(where: { $0.suffix == suffix })
            else { return nil }
            nanoseconds += number * unit.nanoseconds
        }
        guard nanoseconds <= 9.2e18 else { return nil }
        self = .nanoseconds(Int64(isNegative ? -nanoseconds : nanoseconds))
    }

    /// To the millisecond: `1h0m0s`, `1.5s`, `20ms`.
    var goText: String {
        let milliseconds =
            components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        guard milliseconds >= 1000 else { return milliseconds == 0 ? "0s" : "\(milliseconds)ms" }
        let seconds = milliseconds / 1000
        let fraction = milliseconds % 1000
        let decimals = fraction == 0 ? "" : ".\(String(1000 + fraction).dropFirst())"
        let hours = seconds >= 3600 ? "\(seconds / 3600)h" : ""
        let minutes = seconds >= 60 ? "\(seconds % 3600 / 60)m" : ""
        return "\(hours)\(minutes)\(seconds % 60)\(decimals)s"
    }
}
