import Glibc
import Randomness
package import Scheduling

/// Picks candidates with a chance in proportion to their totals, and each further one likewise of
/// those that are left. One whose total is 0 comes after all others; if all are 0, chances are
/// equal.
///
/// Algorithm A-Res of Efraimidis and Spirakis, "Weighted random sampling with a reservoir" (2006):
/// the greatest `u^(1/total)` wins, with `u` uniform in 0...1; here as the least `-ln(u)/total`.
/// Who is picked follows from the seed and the rotation alone.
package struct WeightedRandomPicker: Equatable, Picker {
    private let endpointsMax: Int
    private let seed: UInt64

    /// - Parameter endpointsMax: at least 1. Time grows with it.
    package init(endpointsMax: Int = 3, seed: UInt64 = 0) {
        precondition(endpointsMax > 0, "a pick has an endpoint")
        self.endpointsMax = endpointsMax
        self.seed = seed
    }

    private struct Draw {
        let index: Int
        let key: Double
        /// Tells apart what has no key: those with a total of 0.
        let tieBreak: Double

        func isAhead(of other: Draw) -> Bool {
            key == other.key ? tieBreak < other.tieBreak : key < other.key
        }
    }

    package func pick(
        from candidates: Candidates,
        totals: [Double],
        in context: SchedulingContext
    ) -> [Int32] {
        let count = min(endpointsMax, candidates.count)
        var chance = context.chance(seed: seed)
        /// The best first.
        var drawn: [Draw] = []
        drawn.reserveCapacity(count)
        for index in 0..<candidates.count {
            let exponential = -log(chance.fraction())
            let total = totals[index]
            let key = total > 0 ? exponential / total : .infinity
            let draw = Draw(index: index, key: key, tieBreak: exponential)
            var place = drawn.count
            while place > 0, draw.isAhead(of: drawn[place - 1]) { place -= 1 }
            guard place < count else { continue }
            if drawn.count == count { drawn.removeLast() }
            drawn.insert(draw, at: place)
        }
        return drawn.map { Int32(truncatingIfNeeded: candidates[$0.index]) }
    }
}
