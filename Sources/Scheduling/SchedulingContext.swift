package import Domain

/// All that a plug-in may look at: one request, and the pool as of one instant.
package struct SchedulingContext: Sendable {
    package let request: InferenceRequest
    package let snapshot: EndpointSnapshot
    package let matches: PrefixMatches
    /// Requests that this picker has sent to each endpoint and not yet seen end.
    package let inFlight: [EndpointID: Int]
    /// The only endpoints that the gateway allows. Nil: all of the pool.
    package let subsetHint: [String]?
    /// Grows with every request. Stands in for chance, so that a decision can be repeated.
    package let rotation: UInt64

    package init(
        request: InferenceRequest,
        snapshot: EndpointSnapshot,
        matches: PrefixMatches = .none,
        inFlight: [EndpointID: Int] = [:],
        subsetHint: [String]? = nil,
        rotation: UInt64 = 0
    ) {
        self.request = request
        self.snapshot = snapshot
        self.matches = matches
        self.inFlight = inFlight
        self.subsetHint = subsetHint
        self.rotation = rotation
    }
}
