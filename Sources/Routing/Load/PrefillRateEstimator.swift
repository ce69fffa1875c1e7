package import Domain

/// Learns how fast prompts are computed from what was seen: so many uncached tokens, so many
/// seconds to the first token.
///
/// A line through the observations, overhead + tokens / rate, by Bayesian linear regression with
/// normal priors (for example Bishop, "Pattern Recognition and Machine Learning", 3.3): what a few
/// noisy observations, or prompts that are all of one length, leave open is taken from the prior.
/// Old observations fade. One that is far off the line pulls no more than the noise makes likely.
/// Learning and asking cost the same however much was learned.
package struct PrefillRateEstimator: Equatable, Sendable {
    /// Bounds of what is learned.
    package static let tokensPerSecondBounds = 100.0...10_000_000.0
    package static let overheadSecondsMax = 60.0

    /// What a single observation may claim; more counts as this much.
    private static let tokensMax = 1 << 30
    private static let secondsMax = 3600.0
    /// From so many observations on, the noise is known well enough to tell who is far off.
    private static let trustedCount = 8
    /// How many times the noise an observation may be off the line.
    private static let deviationsMax = 3.0
    /// How uncertain a prior's overhead is at least.
    private static let overheadDeviationMin = 0.03
    /// What is assumed of the noise before it is seen, as a share of the prior's prediction and in
    /// seconds, and how many observations that assumption counts for.
    private static let assumedNoise = (share: 0.5, seconds: 0.005, count: 4.0)

    private let memoryMax: Double
    /// Observations so far, none of them faded.
    package private(set) var count = 0
    // Sums over observations, each weighed by its age: x is tokens, y is seconds.
    private var weight = 0.0
    private var sumX = 0.0
    private var sumY = 0.0
    private var sumXX = 0.0
    private var sumXY = 0.0
    private var sumYY = 0.0

    /// - Parameter memoryMax: after so many observations, one counts for 1/e of the latest. Raise
    ///   it where engines differ in nothing but noise; lower it where their speed changes often.
    package init(memoryMax: Int = 256) { self.memoryMax = Double(max(memoryMax, 8)) }

    /// Takes an observation. Of no tokens, it tells of the overhead; of a time that is not positive
    /// and finite, or of fewer than no tokens, nothing.
    package mutating func learn(tokens: Int, seconds: Double, shrunkTo prior: PrefillRate) {
        guard tokens >= 0, seconds > 0, seconds.isFinite else { return }
        let x = Double(min(tokens, Self.tokensMax))
        let y = clipped(min(seconds, Self.secondsMax), at: x, prior)
        count += 1
        // While there is little, it fades soon: a bad beginning must not last.
        let kept = 1 - 1 / min(memoryMax, 8 + Double(count) / 2)
        weight = weight * kept + 1
        sumX = sumX * kept + x
        sumY = sumY * kept + y
        sumXX = sumXX * kept + x * x
        sumXY = sumXY * kept + x * y
        sumYY = sumYY * kept + y * y
    }

    /// Of what observations are off the line that fits them best. The prior has no part in it:
    /// that it is far off is no noise.
    private var sumSquares: Double {
        let spreadX = sumXX - sumX * sumX / weight
        let spreadXY = sumXY - sumX * sumY / weight
        let spreadY = sumYY - sumY * sumY / weight
        // Of prompts of one length, rounding is all the spread there is.
        let isSpread = spreadX > 1e-9 * sumXX
        return max(0, isSpread ? spreadY - spreadXY * spreadXY / spreadX : spreadY)
    }

    private func clipped(_ seconds: Double, at tokens: Double, _ prior: PrefillRate) -> Double {
        guard count >= Self.trustedCount else { return seconds }
        let expected = rate(shrunkTo: prior).seconds(tokens: tokens)
        let noise = max((sumSquares / weight).squareRoot(), 0.1 * expected, 0.002)
        let limit = Self.deviationsMax * noise
        return min(max(seconds, expected - limit), expected + limit)
    }

    /// The line: the prior's as long as nothing was observed, and ever less of it after that.
    package func rate(shrunkTo prior: PrefillRate) -> PrefillRate {
        let prior = prior.bounded
        guard weight > 0 else { return prior }
        let priorSlope = 1 / prior.tokensPerSecond
        let expected = prior.seconds(tokens: sumX / weight)
        let assumed = Self.assumedNoise.share * expected + Self.assumedNoise.seconds
        let variance =
            (Self.assumedNoise.count * assumed * assumed + sumSquares)
            / (Self.assumedNoise.count + weight)
        // The prior, as observations of the overhead and of the slope by themselves.
        let overheadDeviation = max(prior.overheadSeconds, Self.overheadDeviationMin)
        let overheadWeight = variance / (overheadDeviation * overheadDeviation)
        let slopeWeight = variance / (priorSlope * priorSlope)
        let line = NormalEquations(
            a: weight + overheadWeight,
            b: sumX,
            c: sumXX + slopeWeight,
            first: sumY + overheadWeight * prior.overheadSeconds,
            second: sumXY + slopeWeight * priorSlope
        ).solved(slopes: Self.slopeBounds)
        return PrefillRate(
            tokensPerSecond: 1 / line.slope,
            overheadSeconds: line.intercept
        ).bounded
    }

    private static let slopeBounds =
        1 / tokensPerSecondBounds.upperBound...1 / tokensPerSecondBounds.lowerBound
}

/// Two linear equations with a symmetric, positive definite matrix: a·i + b·s = first,
/// b·i + c·s = second, for the intercept i and the slope s of a line.
private struct NormalEquations {
    let a: Double
    let b: Double
    let c: Double
    let first: Double
    let second: Double

    /// The best line with a slope within bounds and an intercept of at least 0.
    func solved(slopes: ClosedRange<Double>) -> (intercept: Double, slope: Double) {
        let determinant = a * c - b * b
        var slope = determinant > 0 ? (a * second - b * first) / determinant : second / c
        if first - b * slope < 0 { slope = second / c }
        slope = slope > slopes.lowerBound ? min(slope, slopes.upperBound) : slopes.lowerBound
        return (max(0, (first - b * slope) / a), slope)
    }
}

extension PrefillRate {
    func seconds(tokens: Double) -> Double { overheadSeconds + tokens / tokensPerSecond }

    /// With what is not a number, or out of bounds, replaced.
    fileprivate var bounded: PrefillRate {
        let rates = PrefillRateEstimator.tokensPerSecondBounds
        let rate = tokensPerSecond.isFinite ? tokensPerSecond : Self.defaultTokensPerSecond
        let overhead = overheadSeconds > 0 ? overheadSeconds : 0
        return PrefillRate(
            tokensPerSecond: min(max(rate, rates.lowerBound), rates.upperBound),
            overheadSeconds: min(overhead, PrefillRateEstimator.overheadSecondsMax)
        )
    }
}
