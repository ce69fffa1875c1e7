import Domain

/// What an endpoint has to compute before a request's first token.
package struct PrefillWork: Equatable, Sendable {
    /// Of all prompts together.
    package let tokens: Double
    /// The squares of the same, prompt by prompt.
    package let squares: Double

    package init(tokens: Double, squares: Double) {
        self.tokens = tokens
        self.squares = squares
    }

    /// A prompt behind others.
    package init(ahead: Int, squares: Double, own: Int) {
        self.init(
            tokens: Double(ahead) + Double(own),
            squares: squares + Double(own) * Double(own)
        )
    }

    /// One prompt alone.
    package init(of tokens: Int) { self.init(ahead: 0, squares: 0, own: tokens) }
}

extension PrefillRate {
    func seconds(for work: PrefillWork) -> Double {
        overheadSeconds + work.tokens / tokensPerSecond + work.squares * secondsPerSquaredToken
    }

    /// Of an endpoint that takes so many times as long.
    func slowed(by slowness: Double) -> PrefillRate {
        PrefillRate(
            tokensPerSecond: tokensPerSecond / slowness,
            overheadSeconds: overheadSeconds * slowness,
            secondsPerSquaredToken: secondsPerSquaredToken * slowness
        ).bounded
    }

    /// With what is not a number, or out of bounds, replaced.
    var bounded: PrefillRate {
        let rates = PrefillCurve.tokensPerSecondBounds
        let rate = tokensPerSecond.isFinite ? tokensPerSecond : Self.defaultTokensPerSecond
        let overhead = overheadSeconds > 0 ? overheadSeconds : 0
        let bend = secondsPerSquaredToken > 0 ? secondsPerSquaredToken : 0
        return PrefillRate(
            tokensPerSecond: min(max(rate, rates.lowerBound), rates.upperBound),
            overheadSeconds: min(overhead, PrefillCurve.overheadSecondsMax),
            secondsPerSquaredToken: min(bend, PrefillCurve.secondsPerSquaredTokenMax)
        )
    }
}
