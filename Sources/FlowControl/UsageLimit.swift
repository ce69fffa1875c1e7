/// How full the pool may be for requests of each priority to pass, under llm-d's names: a request
/// passes below its ceiling. Ceilings below 1 hold places free for what is more urgent.
package enum UsageLimit: Equatable, Sendable {
    /// One ceiling for all (`static-usage-limit-policy`).
    case uniform(Double)
    /// From the most urgent priority's ceiling down to the least urgent's in equal steps
    /// (`priority-holdback-policy`, domain `rank`).
    case byRank(lowest: Double, highest: Double)
    /// The same, in steps as wide as those between the priorities (domain `value`).
    case byValue(lowest: Double, highest: Double)
    /// By priority. One that is not named never passes (domain `explicit`).
    case explicit([Int: Double])

    /// - Parameter place: among the priorities that are configured or wait.
    package func ceiling(at place: PriorityPlace) -> Double {
        switch self {
        case .uniform(let ceiling): return ceiling
        case .byRank(let lowest, let highest):
            guard place.count > 1 else { return highest }
            return highest - (highest - lowest) * Double(place.rank) / Double(place.count - 1)
        case .byValue(let lowest, let highest):
            let span = Double(place.greatest) - Double(place.least)
            guard span > 0 else { return highest }
            let height = (Double(place.priority) - Double(place.least)) / span
            return lowest + height * (highest - lowest)
        case .explicit(let ceilings): return ceilings[place.priority] ?? 0
        }
    }

    package func validated() throws(FlowControlConfigError) -> Self {
        switch self {
        case .uniform(let ceiling):
            guard ceiling > 0, ceiling <= 1 else { throw .notShare("threshold") }
        case .byRank(let lowest, let highest), .byValue(let lowest, let highest):
            guard highest > 0, highest <= 1 else { throw .notShare("maxCeiling") }
            guard lowest >= 0, lowest <= highest else { throw .notShare("minCeiling") }
        case .explicit(let ceilings):
            let descending = ceilings.sorted { $0.key > $1.key }.map(\.value)
            guard descending.allSatisfy({ (0...1).contains($0) }) else {
                throw .notShare("ceilings")
            }
            guard zip(descending, descending.dropFirst()).allSatisfy({ $0 >= $1 }) else {
                throw .ceilingsRise
            }
        }
        return self
    }
}

/// Where a priority stands among those that are there.
package struct PriorityPlace: Equatable, Sendable {
    package let priority: Int
    /// 0: the most urgent.
    package let rank: Int
    package let count: Int
    package let least: Int
    package let greatest: Int

    package init(priority: Int, rank: Int, count: Int, least: Int, greatest: Int) {
        self.priority = priority
        self.rank = rank
        self.count = count
        self.least = least
        self.greatest = greatest
    }
}
