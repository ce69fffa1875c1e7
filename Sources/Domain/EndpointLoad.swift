/// What one endpoint has to do and how fast it does it, as of one decision: what this picker has
/// sent there and not yet seen end, what it has learned, and what the engine reports.
package struct EndpointLoad: Equatable, Sendable {
    package var inFlightRequests: Int32 = 0
    /// Tokens of their prompts, and what they are expected to generate.
    package var inFlightTokens = 0
    /// Requests whose prompt another endpoint is computing: in flight here, and not yet known to the
    /// engine.
    package var awaitingPrefill: Int32 = 0
    /// Requests whose prompt is still being computed here: no first token was seen.
    package var prefillingRequests: Int32 = 0
    /// Tokens of those prompts that the endpoint did not hold when they were sent.
    package var prefillingTokens = 0
    /// The squares of the same, request by request: long prompts take more than in proportion.
    package var prefillingSquares = 0.0
    /// Uncached tokens that were sent here of late, the less the longer ago: what its cache had to
    /// make room for.
    package var recentTokens = 0.0
    /// How fast prompts are computed here, learned from responses.
    package var prefillRate = PrefillRate()
    /// The number of the last decision for this endpoint. 0: there was none.
    package var lastPick: UInt64 = 0
    /// The number of the last decision for this endpoint when no endpoint held any of the prompt.
    package var lastColdPick: UInt64 = 0
    /// Whether its latest requests failed, so that for a while it should get none.
    package var isBroken = false
    package var report = EngineReport()

    package init() {}
}

/// How fast an endpoint computes prompts: a line through what was observed.
package struct PrefillRate: Equatable, Sendable {
    /// Uncached prompt tokens per second. Positive and finite.
    package var tokensPerSecond = Self.defaultTokensPerSecond
    /// From the request's arrival to its first token if there is nothing to compute.
    package var overheadSeconds = 0.0
    /// What a prompt takes beyond that: seconds for the square of its uncached tokens. Not negative.
    package var secondsPerSquaredToken = 0.0

    /// llm-d's `peakPrefillThroughput`: a 32B model on two H100. Only until responses are seen.
    package static let defaultTokensPerSecond = 15_928.0

    package init() {}

    package init(
        tokensPerSecond: Double,
        overheadSeconds: Double = 0,
        secondsPerSquaredToken: Double = 0
    ) {
        self.tokensPerSecond = tokensPerSecond
        self.overheadSeconds = overheadSeconds
        self.secondsPerSquaredToken = secondsPerSquaredToken
    }
}
