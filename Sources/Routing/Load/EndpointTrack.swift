import Domain

/// What a ledger keeps of an endpoint beside its load.
struct EndpointTrack: Sendable {
    /// Of all endpoints that ever came into the pool, which one it is.
    let incarnation: UInt32
    var ranks: RankCounts
    var breaker: CircuitBreaker
    var speed = EndpointSpeed()
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
        prefillingSquares += Double(tokens) * Double(tokens)
    }

    mutating func endPrefill(tokens: Int) {
        prefillingRequests -= 1
        prefillingTokens -= tokens
        // Not a sum that comes back to 0 by itself: what is rounded away would stay.
        prefillingSquares =
            prefillingRequests > 0 ? max(0, prefillingSquares - Double(tokens) * Double(tokens)) : 0
    }
}
