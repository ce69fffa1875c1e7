package import Domain

/// A named way to choose: what may be chosen, what is preferred, and who decides.
package struct SchedulingProfile: Sendable {
    package let filters: [any Filter]
    package let scorers: [WeightedScorer]
    package let picker: any Picker

    package init(filters: [any Filter], scorers: [WeightedScorer], picker: any Picker) {
        self.filters = filters
        self.scorers = scorers
        self.picker = picker
    }

    /// Filter, score, pick. The whole of scheduling is these three steps.
    package func run(in context: SchedulingContext) throws(PickError) -> RoutingDecision {
        var endpoints = context.snapshot.endpoints
        guard !endpoints.isEmpty else { throw .noEndpoints }
        for filter in filters {
            endpoints = filter.candidates(among: endpoints, in: context)
            if endpoints.isEmpty { throw filter.exhaustion }
        }

        let picked = picker.pick(from: scored(endpoints, in: context), in: context)
        return RoutingDecision(
            endpoint: picked.endpoint,
            matchedBlocks: context.matches.blocks(at: picked.endpoint.id),
            blockCount: context.matches.blockCount
        )
    }

    /// Each endpoint with its weighted sum, in the order given.
    package func scored(
        _ endpoints: [Endpoint],
        in context: SchedulingContext
    ) -> [ScoredEndpoint] {
        var totals = [Double](repeating: 0, count: endpoints.count)
        for weighted in scorers {
            let scores = weighted.scorer.scores(for: endpoints, in: context)
            precondition(scores.count == endpoints.count, "a scorer rates every endpoint once")
            for index in totals.indices {
                totals[index] += weighted.weight * clamped(scores[index])
            }
        }
        return zip(endpoints, totals).map(ScoredEndpoint.init)
    }

    /// One scorer out of bounds must not outvote the others; not a number counts as 0.
    private func clamped(_ score: Double) -> Double { score > 0 ? min(score, 1) : 0 }
}
