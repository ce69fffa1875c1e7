import Domain

/// Goes by what this picker has in flight, with llm-d's defaults (`concurrency-detector`): the share
/// of what the pool should have to do at most.
package struct ConcurrencyDetector: SaturationDetector, Equatable {
    package enum Mode: String, CaseIterable, Sendable {
        case requests
        case tokens
        /// The fuller of both.
        case hybrid
    }

    package var mode = Mode.requests
    /// Requests in flight at which an endpoint is full.
    package var requestsMax = 100
    /// Tokens in flight at which an endpoint is full.
    package var tokensMax = 1_000_000

    package var name: String { "concurrency-detector" }

    package init(mode: Mode = .requests, requestsMax: Int = 100, tokensMax: Int = 1_000_000) {
        self.mode = mode
        self.requestsMax = requestsMax
        self.tokensMax = tokensMax
    }

    package func reading(
        of pool: PoolLoads,
        in stage: PoolLoads.Stage,
        at now: ContinuousClock.Instant
    ) -> SaturationReading {
        guard !pool.isEmpty(in: stage) else { return SaturationReading([], endpointCount: 0) }
        var (count, requests, tokens) = (0, 0.0, 0.0)
        let loads = pool.loads.span
        for position in loads.indices where pool.contains(position, in: stage) {
            count += 1
            requests += Double(loads[position].requests(in: stage))
            tokens += Double(loads[position].tokens(in: stage))
        }
        var lines: [SaturationReading.Line] = []
        if mode != .tokens {
            let most = Double(count) * Double(max(1, requestsMax))
            lines.append(.init(requests, of: most, perRequest: 1))
        }
        if mode != .requests {
            let most = Double(count) * Double(max(1, tokensMax))
            lines.append(.init(tokens, of: most, perToken: 1))
        }
        return SaturationReading(lines, endpointCount: count)
    }

    /// How full one endpoint is.
    func level(of load: borrowing EndpointLoad, in stage: PoolLoads.Stage) -> Double {
        let requests = Double(load.requests(in: stage)) / Double(max(1, requestsMax))
        let tokens = Double(load.tokens(in: stage)) / Double(max(1, tokensMax))
        switch mode {
        case .requests: return requests
        case .tokens: return tokens
        case .hybrid: return max(requests, tokens)
        }
    }

    package func validated() throws(FlowControlConfigError) -> Self {
        guard requestsMax > 0 else { throw .notPositive("maxConcurrency") }
        guard tokensMax > 0 else { throw .notPositive("maxTokenConcurrency") }
        return self
    }
}
