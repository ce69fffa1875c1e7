import Domain
package import Scheduling

/// Picks the best. Of those with equal totals, the one that was picked least recently, whatever
/// for; of those that never were, the first.
///
/// So requests that tie go to each endpoint in turn, exactly, however many come at once. A counter
/// of requests would not do: it also grows with requests that have one best endpoint, so that
/// requests in a rhythm, such as a question that always has one follow-up, would all meet the same.
package struct MaxScorePicker: Equatable, Picker {
    private let endpointsMax: Int

    /// - Parameter endpointsMax: at least 1. Each one beyond it stands in if those before it cannot
    ///   be reached. Time grows with it.
    package init(endpointsMax: Int = 3) {
        precondition(endpointsMax > 0, "a pick has an endpoint")
        self.endpointsMax = endpointsMax
    }

    package func pick(
        from candidates: Candidates,
        totals: [Double],
        in context: SchedulingContext
    ) -> [Int32] {
        func isAhead(_ index: Int, _ other: Int) -> Bool {
            totals[index] == totals[other]
                ? context.loads[candidates[index]].lastPick
                    < context.loads[candidates[other]].lastPick
                : totals[index] > totals[other]
        }
        let count = min(endpointsMax, candidates.count)
        /// Indices among the candidates, the best first.
        var best: [Int] = []
        best.reserveCapacity(count)
        for index in 0..<candidates.count {
            var place = best.count
            while place > 0, isAhead(index, best[place - 1]) { place -= 1 }
            guard place < count else { continue }
            if best.count == count { best.removeLast() }
            best.insert(index, at: place)
        }
        return best.map { Int32(truncatingIfNeeded: candidates[$0]) }
    }
}
