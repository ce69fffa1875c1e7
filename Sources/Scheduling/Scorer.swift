package import Domain

/// Rates endpoints. A pure function of its arguments: no clock, no I/O, no lock, no log.
package protocol Scorer: Sendable {
    /// Returns one score in 0...1 for each endpoint, in the order given. 1 is best.
    func scores(for endpoints: [Endpoint], in context: SchedulingContext) -> [Double]
}

/// A scorer, and how much its opinion counts.
package struct WeightedScorer: Sendable {
    package let scorer: any Scorer
    package let weight: Double

    package init(_ scorer: any Scorer, weight: Double) {
        precondition(weight >= 0 && weight.isFinite, "a weight is finite and not negative")
        self.scorer = scorer
        self.weight = weight
    }
}
