/// A set of code points, as sorted ranges that do not touch.
struct ScalarSet: Equatable, Sendable {
    private(set) var ranges: [ClosedRange<UInt32>] = []
    /// Members below 128.
    private var ascii: (UInt64, UInt64) = (0, 0)

    static let scalarMax: UInt32 = 0x10FFFF
    static let all = ScalarSet([0...scalarMax])

    init(_ ranges: [ClosedRange<UInt32>]) {
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = self.ranges.last, range.lowerBound <= last.upperBound + 1 {
                let end = max(last.upperBound, range.upperBound)
                self.ranges[self.ranges.count - 1] = last.lowerBound...end
            } else {
                self.ranges.append(range)
            }
        }
        for range in self.ranges {
            for scalar in range.lowerBound...max(range.lowerBound, min(range.upperBound, 127))
            where scalar < 128 {
                if scalar < 64 {
                    ascii.0 |= 1 << UInt64(scalar)
                } else {
                    ascii.1 |= 1 << UInt64(scalar - 64)
                }
            }
        }
    }

    init(_ scalars: [UInt32]) { self.init(scalars.map { $0...$0 }) }

    static func == (one: ScalarSet, other: ScalarSet) -> Bool { one.ranges == other.ranges }

    @inline(__always)
    func contains(_ scalar: UInt32) -> Bool {
        if scalar < 64 { return ascii.0 >> UInt64(scalar) & 1 != 0 }
        if scalar < 128 { return ascii.1 >> UInt64(scalar - 64) & 1 != 0 }
        return searchContains(scalar)
    }

    private func searchContains(_ scalar: UInt32) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound <= scalar
    }

    func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges + other.ranges) }

    var inverted: ScalarSet {
        var gaps: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { gaps.append(next...range.lowerBound - 1) }
            next = range.upperBound + 1
        }
        if next <= Self.scalarMax { gaps.append(next...Self.scalarMax) }
        return ScalarSet(gaps)
    }

    func intersection(_ other: ScalarSet) -> ScalarSet {
        inverted.union(other.inverted).inverted
    }
}
