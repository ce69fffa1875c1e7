extension Candidates {
    /// Whether any candidate meets a condition. Asks in ascending order, no more than it must.
    package func contains(where isMet: (Int) -> Bool) -> Bool {
        for position in positions where isMet(Int(position)) { return true }
        return false
    }

    /// Drops those for which `isPreferred` is false, unless it is false for all. Asks twice, each
    /// time in ascending order. Allocates nothing.
    package mutating func keepPreferred(where isPreferred: (Int) -> Bool) {
        if contains(where: isPreferred) { keep(where: isPreferred) }
    }

    /// Drops all but one, which has to be a candidate.
    package mutating func keepOnly(_ position: Int) {
        keep { $0 == position }
    }
}
