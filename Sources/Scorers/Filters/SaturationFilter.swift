package import Domain
package import Scheduling

/// Drops endpoints that have as many requests in flight as they may. If all have, the client is
/// told to come back later (429) rather than to wait in an engine's queue.
package struct SaturationFilter: Filter {
    private let requestsMax: Int

    /// - Parameter requestsMax: requests that one endpoint may have in flight, at least 1.
    package init(requestsMax: Int) {
        precondition(requestsMax > 0, "an endpoint takes at least one request")
        self.requestsMax = requestsMax
    }

    package func candidates(
        among endpoints: [Endpoint],
        in context: SchedulingContext
    ) -> [Endpoint] {
        endpoints.filter { context.inFlight[$0.id, default: 0] < requestsMax }
    }

    package var exhaustion: PickError { .saturated }
}
