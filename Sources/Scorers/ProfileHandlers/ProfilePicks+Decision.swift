import Domain
import Scheduling

extension ProfilePicks {
    /// What a profile that the request cannot do without has picked.
    func decision(
        of profile: String,
        in context: SchedulingContext
    ) throws(PickError) -> RoutingDecision {
        guard let result = result(of: profile) else { throw .noEndpoints }
        return RoutingDecision(picked: try result.get(), in: context)
    }
}
