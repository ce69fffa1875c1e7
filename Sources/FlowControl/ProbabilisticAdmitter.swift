import Glibc

/// Drops requests of negative priority the more often the fuller the pool is, with llm-d's defaults
/// (`probabilistic-admitter`): a few before it is saturated, instead of all of them from then on.
package struct ProbabilisticAdmitter: Equatable, Sendable {
    /// The greater, the later and the steeper it sets in.
    package var power = 5.0
    /// The share that is dropped at a saturation of 1, before it is bounded by 1. With the default
    /// every one is dropped from a saturation of 0.32 on.
    package var scale = 300.0
    /// Judges the pool for this. Nil: as for all else.
    package var detector: UtilizationDetector?

    package init() {}

    package init(power: Double, scale: Double, detector: UtilizationDetector? = nil) {
        self.power = power
        self.scale = scale
        self.detector = detector
    }

    /// - Parameter chance: uniform in 0..<1.
    package func sheds(priority: Int, saturation: Double, chance: Double) -> Bool {
        priority < 0 && chance < sheddingShare(at: saturation)
    }

    /// The share of requests of negative priority that is dropped.
    package func sheddingShare(at saturation: Double) -> Double {
        guard saturation > 0 else { return 0 }
        return min(pow(saturation, power) * scale, 1)
    }

    package func validated() throws(FlowControlConfigError) -> Self {
        guard power > 0, power.isFinite else { throw .notPositive("power") }
        guard scale > 0, scale.isFinite else { throw .notPositive("k") }
        _ = try detector?.validated()
        return self
    }
}
