/// The names of the metrics that are looked for, side by side, so that most other names are told
/// apart by a length or a byte.
struct MetricNames: Sendable {
    private var bytes: [UInt8] = []
    /// Where each name ends in `bytes`.
    private var ends: [Int] = []

    init(_ names: [String]) {
        for name in names {
            bytes += name.utf8
            ends.append(bytes.count)
        }
    }

    /// Which of the names these bytes of a text are. Nil if they are none.
    func index(of text: Span<UInt8>, in range: Range<Int>) -> Int? {
        var start = 0
        for index in ends.indices {
            let end = ends[index]
            if end - start == range.count, equals(start..<end, text, range) { return index }
            start = end
        }
        return nil
    }

    /// From the end: names of one engine begin alike.
    private func equals(_ own: Range<Int>, _ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var offset = own.count
        while offset > 0 {
            offset -= 1
            if bytes[own.lowerBound + offset] != text[range.lowerBound + offset] { return false }
        }
        return true
    }
}
