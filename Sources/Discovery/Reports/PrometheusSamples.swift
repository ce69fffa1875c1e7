/// Walks the samples of a few metrics through a text in Prometheus' exposition format 0.0.4, or in
/// OpenMetrics 1.0. Borrows the text and copies nothing of it; what belongs to other metrics is
/// passed over, and so are lines that are not in the format. No bytes make it trap.
///
/// Format: https://prometheus.io/docs/instrumenting/exposition_formats/
struct PrometheusSamples: ~Escapable {
    struct Sample: Equatable {
        /// Which of the names asked for.
        let name: Int
        let value: Double
        /// Where its labels are: between the braces.
        let labels: Range<Int>
    }

    private let text: Span<UInt8>
    private let names: MetricNames
    private var position = 0

    @_lifetime(copy text)
    init(_ text: Span<UInt8>, of names: MetricNames) {
        self.text = text
        self.names = names
    }

    /// The next sample of one of the metrics. Nil at the end of the text.
    mutating func next() -> Sample? {
        while position < text.count {
            let start = position
            var end = start
            while end < text.count, Self.continuesName(text[end]) { end += 1 }
            position = end
            var found: Sample?
            if let name = names.index(of: text, in: start..<end) { found = sample(name) }
            skipLine()
            if let found { return found }
        }
        return nil
    }

    /// Reads on behind the name. Nil if what follows is not in the format.
    private mutating func sample(_ name: Int) -> Sample? {
        skipSpaces()
        var labels = position..<position
        if byte == Self.leftBrace {
            position += 1
            let start = position
            guard skipLabels() else { return nil }
            labels = start..<position
            position += 1
            skipSpaces()
        }
        let start = position
        while let byte, byte > 0x20 { position += 1 }
        guard let value = Self.number(text.extracting(start..<position)) else { return nil }
        // A timestamp or an exemplar may follow.
        return Sample(name: name, value: value, labels: labels)
    }

    /// Moves to the brace that ends the labels. False if the line ends before.
    private mutating func skipLabels() -> Bool {
        var isQuoted = false
        while let byte, byte != Self.lineFeed {
            if byte == Self.quote { isQuoted.toggle() }
            if byte == Self.rightBrace, !isQuoted { return true }
            position += 1
            // What follows a backslash never ends a value. But it may end the line.
            if byte == Self.backslash, self.byte != Self.lineFeed { position += 1 }
        }
        return false
    }

    private mutating func skipSpaces() {
        while byte == 0x20 || byte == 0x09 { position += 1 }
    }

    /// `position` is never past the end of the line that it is in: no value holds a line feed.
    private mutating func skipLine() {
        while position < text.count, text[position] != Self.lineFeed { position += 1 }
        position += 1
    }

    private var byte: UInt8? { position < text.count ? text[position] : nil }
}

// MARK: Labels

extension PrometheusSamples {
    /// The value of a sample's label, escapes resolved. Nil if it has no such label.
    func label(_ name: String, of sample: Sample) -> [UInt8]? {
        var index = sample.labels.lowerBound
        let end = sample.labels.upperBound
        while index < end {
            while index < end, !Self.continuesName(text[index]) { index += 1 }
            let start = index
            while index < end, Self.continuesName(text[index]) { index += 1 }
            let isWanted = equals(name, start..<index)
            while index < end, text[index] != Self.quote { index += 1 }
            index += 1
            guard index < end else { return nil }
            let value = value(from: &index, to: end, isWanted: isWanted)
            if isWanted { return value }
        }
        return nil
    }

    /// Whether a sample has the label with that very value.
    func has(_ name: String, _ value: String, of sample: Sample) -> Bool {
        label(name, of: sample).map { $0.elementsEqual(value.utf8) } ?? false
    }

    private func equals(_ name: String, _ range: Range<Int>) -> Bool {
        guard name.utf8.count == range.count else { return false }
        var index = range.lowerBound
        for byte in name.utf8 {
            if text[index] != byte { return false }
            index += 1
        }
        return true
    }

    /// Moves `index` from behind a quote to behind the one that ends the value.
    private func value(from index: inout Int, to end: Int, isWanted: Bool) -> [UInt8] {
        var value: [UInt8] = []
        while index < end, text[index] != Self.quote {
            var byte = text[index]
            if byte == Self.backslash, index + 1 < end {
                index += 1
                byte = text[index] == UInt8(ascii: "n") ? Self.lineFeed : text[index]
            }
            if isWanted { value.append(byte) }
            index += 1
        }
        index += 1
        return value
    }
}

// MARK: Bytes

extension PrometheusSamples {
    private static let lineFeed = UInt8(ascii: "\n")
    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")
    private static let leftBrace = UInt8(ascii: "{")
    private static let rightBrace = UInt8(ascii: "}")

    /// Whether a metric's or a label's name goes on with this byte.
    private static func continuesName(_ byte: UInt8) -> Bool {
        let lowered = byte | 0x20
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowered)
            || (UInt8(ascii: "0")...UInt8(ascii: ":")).contains(byte)
            || byte == UInt8(ascii: "_")
    }

    /// Longer ones are not numbers that anybody writes.
    private static let numberBytesMax = 64

    private static func number(_ bytes: Span<UInt8>) -> Double? {
        guard 1...numberBytesMax ~= bytes.count else { return nil }
        let text = String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        return Double(text)
    }
}
