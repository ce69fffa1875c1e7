import Randomness
import Scheduling

extension SchedulingContext {
    /// Chance for one plug-in's part in one decision. Looks random from request to request, and
    /// follows from `rotation` and the seed alone.
    ///
    /// - Parameter seed: differs between plug-ins, or they would all be lucky together.
    func chance(seed: UInt64) -> SplitMix64 {
        // Mixed twice: with states that are one step apart, each request's numbers would be those
        // of the request before, but for the first.
        SplitMix64(seed: SplitMix64.mixed(seed &+ SplitMix64.mixed(rotation)))
    }

    /// Whether something happens that happens to this share of requests.
    func happens(_ probability: Double, seed: UInt64) -> Bool {
        var chance = chance(seed: seed)
        return chance.fraction() < probability
    }
}

extension SplitMix64 {
    /// Uniform between 0 and 1, never either of them.
    mutating func fraction() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }
}
