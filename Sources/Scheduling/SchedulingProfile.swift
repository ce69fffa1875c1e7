package import Domain

/// Filter, score, pick. The whole of scheduling is these three steps.
package struct SchedulingProfile: Sendable {
    private let filters: [any Filter]
    private let scorers: [WeightedScorer]
    private let picker: any Picker

    package init(filters: [any Filter], scorers: [WeightedScorer], picker: any Picker) {
        self.filters = filters
        self.scorers = scorers
        self.picker = picker
    }

    /// - Throws: `noEndpoints` if the filters leave none.
    package func run(in context: SchedulingContext) throws(PickError) -> RoutingDecision {
        let candidates = filters.reduce(context.endpoints) { $1.candidates(of: $0, in: context) }
        guard !candidates.isEmpty else { throw .noEndpoints }

        var totals = [Double](repeating: 0, count: candidates.count)
        for weighted in scorers {
            let scores = weighted.scorer.scores(for: candidates, in: context)
            for index in totals.indices { totals[index] += weighted.weight * scores[index] }
        }
        let picked = picker.pick(
            from: zip(candidates, totals).map(ScoredEndpoint.init),
            in: context
        )
        return RoutingDecision(
            endpoint: picked,
            matchedBlocks: context.matches.matchedBlocks[picked.id, default: 0],
            blockCount: context.matches.blockCount
        )
    }
}
