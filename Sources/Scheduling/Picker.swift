package import Domain

/// Picks one of the candidates. Pure, as a `Scorer` is: equal candidates are told apart by
/// `SchedulingContext.rotation`.
package protocol Picker: Sendable {
    /// `candidates` is never empty.
    func pick(from candidates: [ScoredEndpoint], in context: SchedulingContext) -> ScoredEndpoint
}

/// A candidate with the weighted sum of its scores.
package struct ScoredEndpoint: Equatable, Sendable {
    package let endpoint: Endpoint
    package let score: Double

    package init(endpoint: Endpoint, score: Double) {
        self.endpoint = endpoint
        self.score = score
    }
}
