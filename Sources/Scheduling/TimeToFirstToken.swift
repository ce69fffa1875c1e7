package import Domain

/// Predicts how long an endpoint takes to the first token of a request: the time it needs for the
/// prompts it has yet to compute, and for what it does not hold of this one.
package struct TimeToFirstToken: Equatable, Sendable {
    /// Blocks in slower tiers have to be fetched: a tier's weight is the share of a block's
    /// computation that it saves.
    package var tierWeights = TierWeights()
    /// What each request that waits for its first token adds, however short its prompt.
    package var secondsPerWaitingRequest = 0.005
    package var source = PrefixSource.automatic

    package init() {}

    /// - Parameter promptTokens: of the whole prompt.
    package func seconds(
        at load: EndpointLoad,
        holding prefix: CachedPrefix,
        promptTokens: Int
    ) -> Double {
        let own = max(0, Double(promptTokens) - prefix.tokensWorth(tierWeights))
        let ahead = Double(max(0, load.prefillingTokens))
        return load.prefillRate.overheadSeconds
            + (ahead + own) / load.prefillRate.tokensPerSecond
            + Double(max(0, load.prefillingRequests)) * secondsPerWaitingRequest
    }
}
