/// How a set of durations is distributed, in milliseconds.
package struct LatencySummary: Equatable, Sendable {
    package let mean: Double
    package let p50: Double
    package let p90: Double
    package let p99: Double

    /// Nil for no samples.
    package init?(_ samples: [Duration]) {
        guard !samples.isEmpty else { return nil }
        let sorted = samples.map { $0 / .milliseconds(1) }.sorted()
        mean = sorted.reduce(0, +) / Double(sorted.count)
        p50 = LatencySummary.percentile(50, of: sorted)
        p90 = LatencySummary.percentile(90, of: sorted)
        p99 = LatencySummary.percentile(99, of: sorted)
    }

    /// The least sample that `percent` of all do not exceed (nearest rank).
    package static func percentile(_ percent: Int, of sorted: [Double]) -> Double {
        let rank = (sorted.count * percent + 99) / 100
        return sorted[max(0, rank - 1)]
    }
}
