package import Domain

/// All that a plug-in may look at: one request, and the pool as of one instant.
package struct SchedulingContext: Sendable {
    package var request: InferenceRequest
    package var snapshot: EndpointSnapshot
    /// What each endpoint has to do, by position. As many as the snapshot has endpoints.
    package var loads: [EndpointLoad]
    /// What endpoints hold of the prompt, by their own word.
    package var matches = PrefixMatches.none
    /// Tokens in a block of `matches`.
    package var blockTokens = 16
    /// What endpoints may hold of the prompt, by what was sent to them. In blocks of its own.
    package var approximateMatches = PrefixMatches.none
    /// Tokens in a block of `approximateMatches`.
    package var approximateBlockTokens = 64
    /// Endpoints that announce what they hold: their place in `matches` is true, not a guess. By
    /// position; empty if none does.
    package var announcing: [Bool] = []
    /// Where the request's LoRA adapter is. Nil: the model is not known as an adapter.
    package var adapter: AdapterPlaces?
    /// What the request's session says, for each way in which sessions are kept.
    package var sessions: [SessionHint] = []
    /// The position of the endpoint that an earlier profile has picked.
    package var earlierPick: Int?
    /// The only endpoints that the gateway allows. Nil: all of the pool.
    package var subsetHint: [String]?
    /// Grows with every request. Stands in for chance, so that a decision can be repeated.
    package var rotation: UInt64 = 0
    package var now: ContinuousClock.Instant

    /// - Parameter loads: by position; what is missing is idle.
    package init(
        request: InferenceRequest,
        snapshot: EndpointSnapshot,
        loads: [EndpointLoad] = [],
        now: ContinuousClock.Instant = .now
    ) {
        self.request = request
        self.snapshot = snapshot
        self.loads = loads
        for _ in loads.count..<max(loads.count, snapshot.endpoints.count) {
            self.loads.append(EndpointLoad())
        }
        self.now = now
    }

    package func endpoint(at position: Int) -> Endpoint { snapshot.endpoints[position] }
}
