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
        let random = mixed(seed &+ context.rotation &* 0x9E37_79B9_7F4A_7C15)
        // The upper half of the product is `random` scaled from 2^64 down to the count.
        let index = random.multipliedFullWidth(by: UInt64(candidates.count)).high
        return candidates[Int(index)]
    }

    private func mixed(_ state: UInt64) -> UInt64 {
        var value = state &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
