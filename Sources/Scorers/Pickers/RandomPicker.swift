import Randomness
package import Scheduling

/// Picks any candidates with equal chance, whatever their scores. The baseline to compare against.
///
/// Which ones follows from the seed and the rotation alone.
package struct RandomPicker: Equatable, Picker {
    private let endpointsMax: Int
    private let seed: UInt64

    /// - Parameter endpointsMax: at least 1. Time grows with its square.
    package init(endpointsMax: Int = 3, seed: UInt64 = 0) {
        precondition(endpointsMax > 0, "a pick has an endpoint")
        self.endpointsMax = endpointsMax
        self.seed = seed
    }

    package func pick(
        from candidates: Candidates,
        totals: [Double],
        in context: SchedulingContext
    ) -> [Int32] {
        let count = min(endpointsMax, candidates.count)
        var chance = context.chance(seed: seed)
        var picked: [Int32] = []
        picked.reserveCapacity(count)
        /// The indices among the candidates that are taken, ascending.
        var taken: [Int] = []
        taken.reserveCapacity(count)
        for left in stride(from: candidates.count, to: candidates.count - count, by: -1) {
            // The n-th of those that are left lies behind each taken one that is not behind it.
            var index = chance.below(left)
            var place = 0
            while place < taken.count, taken[place] <= index {
                index += 1
                place += 1
            }
            taken.insert(index, at: place)
            picked.append(Int32(truncatingIfNeeded: candidates[index]))
        }
        return picked
    }
}
