package import Domain

/// Chooses which profiles run for a request, and says what their picks mean. Pure, as a `Scorer` is.
package protocol ProfileHandler: Sendable {
    /// The profiles that it may ask for, by name.
    var profileNames: [String] { get }

    /// The next profile to run. Nil, one that has run, or one that is not there: those that have
    /// run are enough.
    ///
    /// - Parameter picks: of the profiles that have run, in their order.
    func nextProfile(after picks: ProfilePicks, in context: SchedulingContext) -> String?

    /// - Throws: if a pick that the request cannot do without has failed.
    func decision(
        from picks: ProfilePicks,
        in context: SchedulingContext
    ) throws(PickError) -> RoutingDecision
}

/// What the profiles that have run for a request have picked.
package struct ProfilePicks: Sendable {
    package struct Pick: Sendable {
        package let profile: String
        /// Positions in the snapshot, the best first, never empty; or why there are none.
        package let result: Result<[Int32], PickError>

        package init(profile: String, result: Result<[Int32], PickError>) {
            self.profile = profile
            self.result = result
        }
    }

    package private(set) var picks: [Pick] = []

    package init() {}

    package mutating func append(_ pick: Pick) { picks.append(pick) }

    package var isEmpty: Bool { picks.isEmpty }

    package func result(of profile: String) -> Result<[Int32], PickError>? {
        picks.first { $0.profile == profile }?.result
    }

    /// The first position of a profile's pick. Nil if it has not run, or found none.
    package func best(of profile: String) -> Int? {
        guard case .success(let positions)? = result(of: profile) else { return nil }
        return positions.first.map(Int.init)
    }
}
