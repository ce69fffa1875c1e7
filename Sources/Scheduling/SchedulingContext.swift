package import Domain

/// All that a plug-in may look at: the facts of one decision, as of one instant.
package struct SchedulingContext: Sendable {
    /// What the client asks for. Empty if the request has no body.
    package let model: String
    /// The whole pool.
    package let endpoints: [Endpoint]
    package let matches: PrefixMatches
    /// Requests that this process has sent to an endpoint and not yet seen end.
    package let inFlight: [EndpointID: Int]
    /// The only endpoints that the gateway allows (`host:port`). Nil: all of the pool.
    package let subsetHint: [String]?
    /// Another number for each decision, for ties and for chance.
    package let rotation: UInt64

    package init(
        model: String,
        endpoints: [Endpoint],
        matches: PrefixMatches,
        inFlight: [EndpointID: Int] = [:],
        subsetHint: [String]? = nil,
        rotation: UInt64 = 0
    ) {
        self.model = model
        self.endpoints = endpoints
        self.matches = matches
        self.inFlight = inFlight
        self.subsetHint = subsetHint
        self.rotation = rotation
    }
}
