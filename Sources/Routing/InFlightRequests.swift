package import Domain
import Synchronization

/// What this process has sent and not yet seen end, by endpoint.
///
/// Thread safety: every method may be called from any thread.
package final class InFlightRequests: Sendable {
    private let counts = Mutex<[EndpointID: Int]>([:])

    package init() {}

    /// Requests in flight at each endpoint that has any.
    package var snapshot: [EndpointID: Int] { counts.withLock { $0 } }

    /// Picks and takes a place in one step, so that of two requests at the same moment the
    /// second sees the first. `pick` gets the counts as they are; it must not wait.
    package func reserving(
        _ pick: ([EndpointID: Int]) throws(PickError) -> RoutingDecision
    ) throws(PickError) -> RoutedRequest {
        let decision = try counts.withLock { counts throws(PickError) in
            let decision = try pick(counts)
            counts[decision.endpoint.id, default: 0] += 1
            return decision
        }
        let lease = InFlightLease(at: decision.endpoint.id, in: self)
        return RoutedRequest(decision: decision, lease: lease)
    }

    fileprivate func release(_ endpoint: EndpointID) {
        counts.withLock { counts in
            let left = counts[endpoint, default: 0] - 1
            counts[endpoint] = left > 0 ? left : nil
        }
    }
}

/// One request in flight. Counts for as long as anyone holds it, so every way out of a request,
/// an error or a cancelled stream included, gives the place back.
package final class InFlightLease: Sendable {
    private let endpoint: EndpointID
    private let requests: InFlightRequests

    fileprivate init(at endpoint: EndpointID, in requests: InFlightRequests) {
        self.endpoint = endpoint
        self.requests = requests
    }

    deinit { requests.release(endpoint) }
}
