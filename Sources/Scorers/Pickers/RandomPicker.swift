package import Domain
package import Scheduling

/// Picks any endpoint with the same chance, whatever the scores.
package struct RandomPicker: Picker {
    private let seed: UInt64

    /// - Parameter seed: sets what chance brings; replicas of us should not share one.
    package init(seed: UInt64) { self.seed = seed }

    package func pick(from scored: [ScoredEndpoint], in context: SchedulingContext) -> Endpoint {
        let chance = mixed(seed &+ context.rotation &* 0x9E37_79B9_7F4A_7C15)
        return scored[Int(chance % UInt64(scored.count))].endpoint
    }

    /// The output function of splitmix64.
    private func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
