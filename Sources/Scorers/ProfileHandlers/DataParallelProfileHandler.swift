package import Domain
package import Scheduling

/// Sends requests to one port of the endpoint's host, where a sidecar passes them on to the
/// endpoint itself: to the one of a pod's data-parallel ranks that was picked. What is picked is
/// another handler's choice, but nothing stands in for it: the sidecar is told of one endpoint.
package struct DataParallelProfileHandler: ProfileHandler {
    private let base: any ProfileHandler
    private let primaryPort: Int

    /// - Parameter primaryPort: where the sidecar listens, 1...65535.
    package init(base: any ProfileHandler, primaryPort: Int = 8000) {
        precondition((1...65535).contains(primaryPort), "a port is in 1...65535")
        self.base = base
        self.primaryPort = primaryPort
    }

    package var profileNames: [String] { base.profileNames }

    package func nextProfile(after picks: ProfilePicks, in context: SchedulingContext) -> String? {
        base.nextProfile(after: picks, in: context)
    }

    package func decision(
        from picks: ProfilePicks,
        in context: SchedulingContext
    ) throws(PickError) -> RoutingDecision {
        var decision = try base.decision(from: picks, in: context)
        decision.fallbacks = []
        decision.sidecarAddress = "\(decision.endpoint.address.bracketedAddressHost):\(primaryPort)"
        return decision
    }
}
