package import Scheduling

/// Picks any candidate with equal chance, whatever its score. The baseline to compare against.
///
/// Which one follows from the seed and the rotation alone, by SplitMix64.
package struct RandomPicker: Picker {
    private let seed: UInt64

    package init(seed: UInt64 = 0) { self.seed = seed }

    package func pick(
        from candidates: [ScoredEndpoint],
        in context: SchedulingContext
    ) -> ScoredEndpoint {
        candidates[context.chance(below: candidates.count, seed: seed)]
    }
}
