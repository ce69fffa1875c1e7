import Domain

/// What one request takes of endpoints, until it ends. Times are as those of `LedgerState`.
struct Reservation: Sendable {
    /// A place at an endpoint. An endpoint that leaves the pool and comes back is another one.
    struct Place: Sendable {
        let endpoint: EndpointID
        let incarnation: UInt32
        /// The data-parallel rank at which it is counted.
        let rank: Int?
        /// Tokens that it adds to those in flight there.
        let tokens: Int
    }

    /// How far the prompt is.
    enum Stage: Sendable {
        case prefilling
        /// It is computed, or nothing was heard of it for too long.
        case decoding
    }

    /// Of the decision. 0: the slot is free.
    var number: UInt64
    /// Who serves the request.
    let server: Place
    /// Who computes its prompt, if that is not the server.
    let prefiller: Place?
    /// Tokens of the prompt that have to be computed.
    let uncachedTokens: Int
    /// Tokens of other prompts that had to be computed before, where it is computed.
    let aheadTokens: Int
    /// The squares of the same, prompt by prompt.
    let aheadSquares: Double
    /// How long both together were expected to take.
    let predictedSeconds: Double
    let pickedAt: Duration
    /// When it was last looked after whether the prompt is computed.
    var checkedAt: Duration
    var stage = Stage.prefilling
    /// Whether its first token is seen, and tells how fast the endpoint is.
    var teachesRate: Bool

    /// All that had to be computed before its first token.
    var work: PrefillWork {
        PrefillWork(ahead: aheadTokens, squares: aheadSquares, own: uncachedTokens)
    }

    /// Where the prompt is computed.
    var prefillPlace: Place { prefiller ?? server }

    /// Whether it may still be that the prompt is not computed.
    func mayPrefill(at now: Duration) -> Bool {
        (now - pickedAt) / .seconds(1) < EndpointLedgerConfig.predictionsMax * predictedSeconds
    }
}
