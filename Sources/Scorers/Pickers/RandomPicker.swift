package import Domain
package import Scheduling

/// Picks any endpoint with the same chance, whatever the scores.
package struct RandomPicker: Picker {
    private let seed: UInt64

    /// - Parameter seed: sets what chance brings; replicas of us should not share one.
    package init(seed: UInt64) { self.seed = seed }

    package func pick(from scored: [ScoredEndpoint], in context: SchedulingContext) -> Endpoint {
        scored[Int(context.chance(seed: seed) % UInt64(scored.count))].endpoint
    }
}
