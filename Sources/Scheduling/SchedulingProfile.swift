package import Domain

/// A named way to choose: what may be chosen, what is preferred, and who decides.
package struct SchedulingProfile: Sendable {
    package let name: String
    package let filters: [any Filter]
    package let scorers: [WeightedScorer]
    package let picker: any Picker

    package init(
        name: String = "default",
        filters: [any Filter],
        scorers: [WeightedScorer],
        picker: any Picker
    ) {
        self.name = name
        self.filters = filters
        self.scorers = scorers
        self.picker = picker
    }

    /// Filter, score, pick.
    ///
    /// - Returns: positions in the snapshot, the best first. Never empty.
    package func run(
        in context: SchedulingContext,
        using scratch: inout SchedulingScratch
    ) throws(PickError) -> [Int32] {
        scratch.candidates.reset(count: context.snapshot.endpoints.count)
        guard !scratch.candidates.isEmpty else { throw .noEndpoints }
        for filter in filters {
            filter.filter(&scratch.candidates, in: context)
            if scratch.candidates.isEmpty { throw filter.exhaustion }
        }
        total(in: context, using: &scratch)
        return picker.pick(from: scratch.candidates, totals: scratch.totals, in: context)
    }

    /// Sets each candidate's weighted sum.
    private func total(in context: SchedulingContext, using scratch: inout SchedulingScratch) {
        let count = scratch.candidates.count
        Self.clear(&scratch.totals, count: count)
        for weighted in scorers {
            Self.clear(&scratch.scores, count: count)
            weighted.scorer.score(scratch.candidates, in: context, into: &scratch.scores)
            precondition(scratch.scores.count == count, "a scorer rates every endpoint once")
            for index in 0..<count {
                scratch.totals[index] += weighted.weight * Self.clamped(scratch.scores[index])
            }
        }
    }

    /// One scorer out of bounds must not outvote the others; not a number counts as 0.
    private static func clamped(_ score: Double) -> Double { score > 0 ? min(score, 1) : 0 }

    private static func clear(_ numbers: inout [Double], count: Int) {
        numbers.removeAll(keepingCapacity: true)
        for _ in 0..<count { numbers.append(0) }
    }
}
