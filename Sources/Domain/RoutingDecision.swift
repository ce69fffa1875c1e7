/// Where a request goes.
package struct RoutingDecision: Sendable, Equatable {
    /// Serves the request, alone or from its prefill on.
    package let endpoint: Endpoint
    /// Serve it if that one cannot be reached, the best first.
    package var fallbacks: [Endpoint] = []
    /// Computes the prompt's KV cache first. Nil: `endpoint` does.
    package var prefill: PrefillDecision?
    /// Turn the prompt's media into embeddings first.
    package var encoders: [Endpoint] = []
    /// The data-parallel rank of `endpoint` that should serve it. Nil: its engine chooses.
    package var rank: Int?
    /// Where the gateway sends the request instead of the endpoint's own address, which then goes
    /// into a header of its own: the port of a sidecar that passes it on.
    package var sidecarAddress: String?
    /// Blocks of the prompt that the endpoint already holds, as far as is known.
    package let matchedBlocks: Int
    package let blockCount: Int
    /// Tokens of the prompt that have to be computed, wherever that happens.
    package var uncachedTokens = 0

    package init(endpoint: Endpoint, matchedBlocks: Int, blockCount: Int) {
        self.endpoint = endpoint
        self.matchedBlocks = matchedBlocks
        self.blockCount = blockCount
    }
}

/// Who computes a prompt's KV cache for another endpoint.
package struct PrefillDecision: Sendable, Equatable {
    package let endpoint: Endpoint
    package var rank: Int?
    /// Tokens of the prompt that it does not hold.
    package let uncachedTokens: Int

    package init(endpoint: Endpoint, rank: Int? = nil, uncachedTokens: Int) {
        self.endpoint = endpoint
        self.rank = rank
        self.uncachedTokens = uncachedTokens
    }
}
