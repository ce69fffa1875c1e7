import Domain
package import Scheduling

/// Prefers endpoints from which the first token is to be expected soonest (`TimeToFirstToken`). Those
/// that come near the soonest are told apart by how much of the prompt they hold: prefixes stay
/// where they are, and are computed elsewhere only if that pays.
///
/// Times up to `tieRatio` and `tieSeconds` above the shortest are near it, and score 0.9...1: by the
/// tokens held, each for what its tier is worth, and among equals by the time. Whether an endpoint
/// holds anything at all is no matter: often every prompt starts with the same block, and whoever
/// got the first one would get all. Any other time scores below 0.9, in inverse proportion to it.
package struct PredictedTTFTScorer: Scorer, Equatable {
    private var time: TimeToFirstToken
    private let tieRatio: Double
    private let tieSeconds: Double

    /// More than any prompt has, and few enough for fractions beside them.
    private static let tokensMax = 1e12

    /// - Parameters:
    ///   - tieRatio: 0...1000; beyond, it counts as the nearest of them.
    ///   - tieSeconds: 0.000001...1000, likewise.
    ///   - displacementWeight: as `TimeToFirstToken.displacementWeight`, 0...1000. The default is the
    ///     best, or near it, on recorded traffic before engines of one speed and of two.
    package init(
        time: TimeToFirstToken = TimeToFirstToken(),
        tieRatio: Double = 0.1,
        tieSeconds: Double = 0.005,
        displacementWeight: Double = 0.5
    ) {
        self.time = time
        self.time.displacementWeight = min(max(0, displacementWeight), 1000)
        self.tieRatio = min(max(0, tieRatio), 1000)
        self.tieSeconds = min(max(0.000_001, tieSeconds), 1000)
    }

    package func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {
        guard !candidates.isEmpty else { return }
        let shortest = time.predict(candidates, in: context, into: &scores)
        let limit = shortest * (1 + tieRatio) + tieSeconds
        let best = order(candidates, shortest...limit, in: context, within: &scores)
        for index in scores.indices where scores[index] < 0 {
            scores[index] = 0.9 + 0.1 * (scores[index] / best)
        }
    }

    /// Replaces the seconds of candidates beyond the near ones by their score, and of the near ones
    /// by a negative number, the better the lower: scores need no second array.
    ///
    /// - Returns: the best of these numbers.
    private func order(
        _ candidates: Candidates,
        _ near: ClosedRange<Double>,
        in context: SchedulingContext,
        within scores: inout [Double]
    ) -> Double {
        let width = near.upperBound - near.lowerBound
        var cursor = PrefixCursor(time.source, in: context)
        var best = 0.0
        for index in 0..<candidates.count {
            let seconds = scores[index]
            guard seconds <= near.upperBound else {
                scores[index] = 0.9 * (near.upperBound / seconds)
                continue
            }
            let held = cursor.tokensWorth(time.tierWeights, at: candidates[index])
            let lead = (near.upperBound - seconds) / width
            // Whole tokens before the point, and behind it the time: it never makes up for a token.
            let tokens = Double(Int(min(max(0, held), Self.tokensMax)))
            scores[index] = -(tokens + 0.5 + 0.49 * lead)
            best = min(best, scores[index])
        }
        return best
    }
}
