import Synchronization

/// How often values fell into each of a fixed set of buckets. May be used from any thread; a
/// sample costs a short search and two atomic operations.
package final class Histogram: Sendable {
    /// Upper bounds, inclusive and ascending. Values beyond the last fall into one more bucket.
    package let bounds: [Double]
    private let buckets: [Counter]
    private let sumBits = Atomic<UInt64>(0)

    package init(bounds: [Double]) {
        self.bounds = bounds
        buckets = (0...bounds.count).map { _ in Counter() }
    }

    package func record(_ value: Double) {
        buckets[bounds.firstIndex { value <= $0 } ?? bounds.count].add()
        var seen = sumBits.load(ordering: .relaxed)
        while true {
            let (exchanged, original) = sumBits.weakCompareExchange(
                expected: seen,
                desired: (Double(bitPattern: seen) + value).bitPattern,
                ordering: .relaxed
            )
            if exchanged { return }
            seen = original
        }
    }

    package var sum: Double { Double(bitPattern: sumBits.load(ordering: .relaxed)) }

    /// Samples in each bucket, the last for values beyond every bound.
    package var counts: [UInt64] { buckets.map(\.value) }
}
