package import Domain
package import Scheduling

/// Drops endpoints that have as many requests in flight as they may. If all have, the client is
/// told to come back later rather than to wait in an engine's queue.
package struct SaturationFilter: Equatable, Filter {
    private let requestsMax: Int

    /// - Parameter requestsMax: requests that one endpoint may have in flight, at least 1.
    package init(requestsMax: Int) {
        precondition(requestsMax > 0, "an endpoint takes at least one request")
        self.requestsMax = requestsMax
    }

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        candidates.keep { context.loads[$0].inFlightRequests < requestsMax }
    }

    package var exhaustion: PickError { .saturated }
}
