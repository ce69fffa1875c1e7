/// A value for every code point, in two stages: the page of a code point, then its place in that
/// page. Equal pages are kept once.
struct ScalarTable<Value: FixedWidthInteger & Sendable>: Sendable {
    private static var pageSize: Int { 128 }

    private let pageStarts: [UInt32]
    private let pages: [Value]

    /// `values` has one entry for each of the first code points; the others have 0.
    init(_ values: [Value]) {
        var pageStarts: [UInt32] = []
        var pages: [Value] = []
        var known: [ArraySlice<Value>: UInt32] = [:]
        for start in stride(from: 0, to: values.count, by: Self.pageSize) {
            var page = values[start..<min(start + Self.pageSize, values.count)]
            while page.count < Self.pageSize { page.append(0) }
            let pageStart = known[page] ?? UInt32(pages.count)
            if known.updateValue(pageStart, forKey: page) == nil { pages += page }
            pageStarts.append(pageStart)
        }
        (self.pageStarts, self.pages) = (pageStarts, pages)
    }

    /// Reads generated runs: how far each starts after the one before it, and its value.
    init(runs table: StaticString) {
        let numbers = HexNumbers(table).values
        var values: [Value] = []
        var value: Value = 0
        var start = 0
        for index in stride(from: 0, to: numbers.count - 1, by: 2) {
            start += Int(numbers[index])
            while values.count < start { values.append(value) }
            value = Value(truncatingIfNeeded: numbers[index + 1])
        }
        while value != 0, values.count < 0x110000 { values.append(value) }
        self.init(values)
    }

    /// Of what is no code point the value is 0.
    @inline(__always)
    subscript(scalar: UInt32) -> Value {
        let page = Int(scalar >> 7)
        guard page < pageStarts.count else { return 0 }
        return pages[Int(pageStarts[page]) + Int(scalar & 0x7F)]
    }
}
