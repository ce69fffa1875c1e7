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
        let utf8 = text.utf8Span
        let bytes = utf8.span
        var place = 0
        guard let min = Self.number(in: bytes, from: &place),
            place < bytes.count, bytes[place] == UInt8(ascii: "-")
        else { return nil }
        place += 1
        guard let max = Self.number(in: bytes, from: &place), place == bytes.count, min <= max
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
    private static func number(in bytes: Span<UInt8>, from place: inout Int) -> Int? {
        skipSpaces(in: bytes, from: &place)
        let start = place
        var number = 0
        while place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) {
            let (tens, isTooGreat) = number.multipliedReportingOverflow(by: 10)
            let digit = Int(bytes[place] - UInt8(ascii: "0"))
            let (sum, isSumTooGreat) = tens.addingReportingOverflow(digit)
            guard !isTooGreat, !isSumTooGreat else { return nil }
            number = sum
            place += 1
        }
        guard place > start else { return nil }
        skipSpaces(in: bytes, from: &place)
        return number
    }

    private static func skipSpaces(in bytes: Span<UInt8>, from place: inout Int) {
        while place < bytes.count, bytes[place] == UInt8(ascii: " ") { place += 1 }
    }
}
