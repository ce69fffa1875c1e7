package import Domain
package import Scheduling

/// Prefers endpoints that already hold more of the prompt's prefix: the share of its full blocks
/// that need not be computed again, each worth what its tier is worth. 0 for all if the prompt has
/// no full block, or there is none.
package struct PrefixCacheScorer: Scorer {
    private let weights: TierWeights

    package init(weights: TierWeights = TierWeights()) { self.weights = weights }

    package func scores(for endpoints: [Endpoint], in context: SchedulingContext) -> [Double] {
        let matches = context.matches
        guard matches.blockCount > 0 else { return [Double](repeating: 0, count: endpoints.count) }
        return endpoints.map { endpoint in
            guard let match = matches[endpoint.id] else { return 0 }
            return weights.value(of: match) / Double(matches.blockCount)
        }
    }
}
