import Domain

/// What a ledger keeps of an endpoint beside its load.
struct EndpointTrack: Sendable {
    /// Of all endpoints that ever came into the pool, which one it is.
    let incarnation: UInt32
    var ranks: RankCounts
    var breaker: CircuitBreaker
    var prefill = PrefillRateEstimator()
}

extension EndpointLoad {
    mutating func begin(tokens: Int, number: UInt64, isCold: Bool) {
        inFlightRequests += 1
        inFlightTokens += tokens
        lastPick = number
        if isCold { lastColdPick = number }
    }

    mutating func end(tokens: Int) {
        inFlightRequests -= 1
        inFlightTokens -= tokens
    }

    mutating func beginPrefill(tokens: Int) {
        prefillingRequests += 1
        prefillingTokens += tokens
    }

    mutating func endPrefill(tokens: Int) {
        prefillingRequests -= 1
        prefillingTokens -= tokens
    }
}
