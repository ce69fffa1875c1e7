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
    /// By priority (domain `explicit`). One that is not named has the ceiling of the nearest named
    /// one below it, so that it takes no place that is held for what is more urgent; below all of
    /// them, that of the lowest.
    case explicit([Int: Double])

    /// - Parameter place: among the priorities that are configured, wait, or were seen lately.
    package func ceiling(at place: PriorityPlace) -> Double {
        switch self {
        case .uniform(let ceiling): return ceiling
        case .byRank(let lowest, let highest):
            guard place.count > 1 else { return highest }
            let step = (highest - lowest) / Double(place.count - 1)
            return max(lowest, highest - step * Double(place.rank))
        case .byValue(let lowest, let highest):
            let span = Double(place.greatest) - Double(place.least)
            guard span > 0 else { return highest }
            let height = (Double(place.priority) - Double(place.least)) / span
            return lowest + height * (highest - lowest)
        case .explicit(let ceilings): return Self.ceiling(of: place.priority, among: ceilings)
        }
    }

    private static func ceiling(of priority: Int, among ceilings: [Int: Double]) -> Double {
        if let own = ceilings[priority] { return own }
        var below: (priority: Int, ceiling: Double)?
        var lowest: (priority: Int, ceiling: Double)?
        for (named, ceiling) in ceilings {
            if named < priority, below.map({ $0.priority < named }) ?? true {
                below = (named, ceiling)
            }
            if lowest.map({ named < $0.priority }) ?? true { lowest = (named, ceiling) }
        }
        return below?.ceiling ?? lowest?.ceiling ?? 1
    }

    /// Refuses ceilings of 0: what never passes, not even in an idle pool, would hold up all that is
    /// less urgent for as long as it waits.
    package func validated() throws(FlowControlConfigError) -> Self {
        switch self {
        case .uniform(let ceiling):
            guard ceiling > 0, ceiling <= 1 else { throw .notShare("threshold") }
        case .byRank(let lowest, let highest), .byValue(let lowest, let highest):
            guard highest > 0, highest <= 1 else { throw .notShare("maxCeiling") }
            guard lowest > 0, lowest <= highest else { throw .notShare("minCeiling") }
        case .explicit(let ceilings):
            let descending = ceilings.sorted { $0.key > $1.key }.map(\.value)
            guard !descending.isEmpty, descending.allSatisfy({ $0 > 0 && $0 <= 1 }) else {
                throw .notShare("ceilings")
            }
            guard zip(descending, descending.dropFirst()).allSatisfy({ $0 >= $1 }) else {
                throw .ceilingsRise
            }
        }
        return self
    }
}
