package import Domain

/// Picks one endpoint. A pure function of its arguments: chance comes from `context.rotation`.
package protocol Picker: Sendable {
    /// - Parameter scored: never empty.
    func pick(from scored: [ScoredEndpoint], in context: SchedulingContext) -> Endpoint
}

/// An endpoint and the weighted sum of its scores.
package struct ScoredEndpoint: Sendable {
    package let endpoint: Endpoint
    package let score: Double

    package init(endpoint: Endpoint, score: Double) {
        self.endpoint = endpoint
        self.score = score
    }
}
