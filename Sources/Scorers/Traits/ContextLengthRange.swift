/// The lengths of prompts that an endpoint is meant for, as its label says: `2048-8192`, in tokens,
/// both bounds included.
package struct ContextLengthRange: Equatable, Sendable {
    package let min: Int
    /// At least `min`.
    package let max: Int

    /// llm-d's name of the label.
    package static let label = "llm-d.ai/context-length-range"

    /// - Returns: nil unless the text is two numbers, the lesser first.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard let dash = bytes.firstIndex(of: UInt8(ascii: "-")),
            let min = Self.number(bytes[..<dash]),
            let max = Self.number(bytes[bytes.index(after: dash)...]),
            min <= max
        else { return nil }
        self.min = min
        self.max = max
    }

    package func contains(_ tokens: Int) -> Bool { (min...max).contains(tokens) }

    /// llm-d's `context-length-aware`: within the range above 0.3, the more the narrower it is and
    /// the more room it leaves; outside at most 0.3, the less the farther away.
    package func score(for tokens: Int) -> Double {
        let tokens = Swift.max(0, tokens)
        guard contains(tokens) else {
            let distance = tokens > max ? tokens - max : min - tokens
            return 0.3 / (1 + Double(distance) / 1000)
        }
        let width = Double(max - min)
        guard width > 0 else { return 1 }
        let room = Double(max - tokens) / width
        return 0.3 + 0.7 * (0.7 / (1 + width / 10_000) + 0.3 * room)
    }

    /// Decimal digits, with spaces around them allowed.
    private static func number(_ text: Substring.UTF8View) -> Int? {
        let space = UInt8(ascii: " ")
        guard let first = text.firstIndex(where: { $0 != space }),
            let last = text.lastIndex(where: { $0 != space })
        else { return nil }
        var number = 0
        for byte in text[first...last] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let (tens, isTooGreat) = number.multipliedReportingOverflow(by: 10)
            let (sum, isSumTooGreat) = tens.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            guard !isTooGreat, !isSumTooGreat else { return nil }
            number = sum
        }
        return number
    }
}
