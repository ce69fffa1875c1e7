/// Requests in flight at each data-parallel rank of one endpoint.
package struct RankCounts: Equatable, Sendable {
    private static let ranksMax = 4096

    /// Empty if the endpoint has but one rank.
    private var counts: [Int32]
    /// Where the search begins, so that ties go to each rank in turn.
    private var turn = 0

    package init(rankCount: Int) {
        counts = Array(repeating: 0, count: Self.counted(rankCount))
    }

    /// Whether it was made for so many ranks.
    package func isOf(rankCount: Int) -> Bool { counts.count == Self.counted(rankCount) }

    private static func counted(_ rankCount: Int) -> Int {
        rankCount > 1 ? min(rankCount, ranksMax) : 0
    }

    /// Counts a request at a rank.
    ///
    /// - Parameter rank: nil: the one with the fewest requests.
    /// - Returns: the rank that is counted; nil if the endpoint has but one, or no such rank.
    package mutating func begin(at rank: Int?) -> Int? {
        guard !counts.isEmpty else { return nil }
        let rank = rank ?? leastBusy()
        guard counts.indices.contains(rank) else { return nil }
        counts[rank] += 1
        turn = (rank + 1) % counts.count
        return rank
    }

    /// - Parameter rank: as `begin` returned it.
    package mutating func end(at rank: Int) {
        guard counts.indices.contains(rank), counts[rank] > 0 else { return }
        counts[rank] -= 1
    }

    private func leastBusy() -> Int {
        var best = turn
        for step in 1..<counts.count {
            let rank = (turn + step) % counts.count
            if counts[rank] < counts[best] { best = rank }
        }
        return best
    }
}
