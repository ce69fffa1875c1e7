/// Rates endpoints. A pure function of its arguments: no clock, no I/O, no lock, no log.
package protocol Scorer: Sendable {
    /// Writes one score in 0...1 for each candidate, in their order; 1 is best. Allocates nothing
    /// that grows with the candidates.
    ///
    /// - Parameter scores: as many as there are candidates, each 0 before the call.
    func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    )
}

/// A scorer, and how much its opinion counts.
package struct WeightedScorer: Sendable {
    /// The plug-in's name in the configuration: what metrics and logs call it.
    package let name: String
    package let scorer: any Scorer
    package let weight: Double

    package init(_ scorer: any Scorer, weight: Double, name: String = "") {
        precondition(weight >= 0 && weight.isFinite, "a weight is finite and not negative")
        self.name = name
        self.scorer = scorer
        self.weight = weight
    }
}
