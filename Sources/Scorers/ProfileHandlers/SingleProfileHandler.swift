package import Domain
package import Scheduling

/// Runs one profile: the first endpoint that it picks serves, the others stand in for it.
package struct SingleProfileHandler: Equatable, ProfileHandler {
    private let profile: String

    package init(profile: String = "default") { self.profile = profile }

    package var profileNames: [String] { [profile] }

    package func nextProfile(after picks: ProfilePicks, in context: SchedulingContext) -> String? {
        picks.isEmpty ? profile : nil
    }

    package func decision(
        from picks: ProfilePicks,
        in context: SchedulingContext
    ) throws(PickError) -> RoutingDecision {
        try picks.decision(of: profile, in: context)
    }
}
