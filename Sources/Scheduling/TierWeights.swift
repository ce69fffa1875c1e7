package import Domain

/// What a cached block is worth by where it lies, in 0...1; a block in no tier, which is only
/// expected, is worth `expected`.
///
/// The defaults are llm-d's: 1 on the GPU, 0.8 on the CPU. A tier that nothing is said of is worth
/// as much as the next faster one: unlike in llm-d, where it is worth 1, a slower tier never
/// gains by being left out.
package struct TierWeights: Equatable, Sendable {
    /// By `CacheTier.rawValue`.
    package let byTier: SIMD4<Double>
    package let expected: Double

    package init() { self.init([.gpu: 1, .cpu: 0.8]) }

    /// - Parameter weights: finite and not negative. If one exceeds 1, all are divided by the
    ///   greatest: scores end at 1, and what counts is how weights compare.
    package init(_ weights: [CacheTier: Double]) {
        var byTier = SIMD4<Double>(repeating: 1)
        var previous = 1.0
        for tier in CacheTier.allCases {
            if let weight = weights[tier] {
                precondition(weight >= 0 && weight.isFinite, "a weight is finite, not negative")
                previous = weight
            }
            byTier[Int(tier.rawValue)] = previous
        }
        let greatest = max(byTier.max(), 1)
        self.byTier = byTier / greatest
        expected = 1 / greatest
    }

    package subscript(tier: CacheTier) -> Double { byTier[Int(tier.rawValue)] }

    /// What the matched blocks of one endpoint are worth together.
    package func value(of match: EndpointMatch) -> Double {
        let placed = SIMD4<Double>(match.blocksByTier)
        let others = max(0, Double(match.blocks) - placed.sum())
        return (placed * byTier).sum() + others * expected
    }
}
