package import Domain
import Glibc

/// Learns how long a pool takes to the first token, by what has to be computed before it, from what
/// was seen.
///
/// Observations are sorted by their tokens, each class twice as great as the one before, and of
/// each class the means are kept, of the time its logarithm: one odd response moves little, and a
/// class that is seen often does not outvote the others. Old observations fade. What is asked for
/// is the curve, overhead + tokens / rate + squares · bend, that is off by the least shares of
/// these times. Learning and asking cost the same however much was learned.
package struct PrefillCurve: Equatable, Sendable {
    /// Bounds of what is learned.
    package static let tokensPerSecondBounds = 100.0...10_000_000.0
    package static let overheadSecondsMax = 60.0
    package static let secondsPerSquaredTokenMax = 1e-4

    private struct Class: Equatable, Sendable {
        var weight = 0.0
        var tokens = 0.0
        var squares = 0.0
        var logSeconds = 0.0
    }

    /// Up to 2^30 tokens.
    private static let classCount = 31
    private static let tokensMax = 0x1p30
    private static let secondsBounds = 1e-4...3600.0
    /// After so many observations of a class, one counts for 1/e of the latest.
    private static let memory = 256.0
    /// Observations from which on a class is believed.
    private static let trustedWeight = 3.5

    private var classes = [Class](repeating: Class(), count: classCount)

    package init() {}

    /// Takes an observation, if it is of a positive time.
    ///
    /// - Parameter rate: what is known so far: says how prompts of one class differ by their length.
    /// - Returns: the logarithm of how many times as long it took as others as long. Nil while too
    ///   few of its class were seen.
    package mutating func learn(
        _ work: PrefillWork,
        seconds: Double,
        along rate: PrefillRate = PrefillRate()
    ) -> Double? {
        guard work.tokens >= 0, work.squares >= 0, seconds > 0, seconds.isFinite else { return nil }
        let bounds = Self.secondsBounds
        let logSeconds = log(min(max(seconds, bounds.lowerBound), bounds.upperBound))
        let tokens = min(work.tokens, Self.tokensMax)
        let index = min(
            Int.bitWidth - Int(tokens).leadingZeroBitCount,
            Self.classCount - 1
        )
        let seen = classes[index]
        let kept = 1 - 1 / Self.memory
        classes[index].weight = seen.weight * kept + 1
        classes[index].tokens = seen.tokens * kept + tokens
        classes[index].squares = seen.squares * kept + min(work.squares, tokens * tokens)
        classes[index].logSeconds = seen.logSeconds * kept + logSeconds
        guard seen.weight >= Self.trustedWeight else { return nil }
        let mean = PrefillWork(
            tokens: seen.tokens / seen.weight,
            squares: seen.squares / seen.weight
        )
        let byLength = log(rate.seconds(for: work) / rate.seconds(for: mean))
        return logSeconds - seen.logSeconds / seen.weight - (byLength.isFinite ? byLength : 0)
    }

    /// What was learned; of what observations leave open, the prior.
    package func rate(shrunkTo prior: PrefillRate = PrefillRate()) -> PrefillRate {
        var fit = CurveFit()
        for each in classes where each.weight > 0 {
            let seconds = exp(each.logSeconds / each.weight)
            fit.add(
                PrefillWork(
                    tokens: each.tokens / each.weight,
                    squares: each.squares / each.weight
                ),
                seconds: seconds,
                weight: each.weight / (seconds * seconds)
            )
        }
        return fit.solved(prior: prior).bounded
    }
}
