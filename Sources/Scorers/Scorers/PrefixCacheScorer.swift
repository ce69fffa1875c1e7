import Domain
package import Scheduling

/// Prefers endpoints that already hold more of the prompt's prefix, each block for what its tier is
/// worth. 0 where nothing is known of the prompt.
///
/// The score is the share of the prompt's full blocks, or, as far as `matchLengthWeight` says so,
/// the square of the held tokens' share of `matchLengthScaleTokens`: the same share of a longer
/// prompt saves more.
package struct PrefixCacheScorer: Scorer, Equatable {
    private let source: PrefixSource
    private let tierWeights: TierWeights
    private let matchLengthWeight: Double
    private let matchLengthScaleTokens: Double

    /// - Parameters:
    ///   - source: the engines' announcements make it llm-d's precise scorer, what was sent to
    ///     endpoints its approximate one.
    ///   - matchLengthWeight: 0...1.
    ///   - matchLengthScaleTokens: the length from which on a match is as good as a longer one.
    ///     Below 1 counts as 1.
    package init(
        source: PrefixSource = .automatic,
        tierWeights: TierWeights = TierWeights(),
        matchLengthWeight: Double = 0,
        matchLengthScaleTokens: Int = 8192
    ) {
        self.source = source
        self.tierWeights = tierWeights
        self.matchLengthWeight = matchLengthWeight.asScore
        self.matchLengthScaleTokens = Double(max(1, matchLengthScaleTokens))
    }

    package func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {
        var cursor = PrefixCursor(source, in: context)
        for index in 0..<candidates.count {
            scores[index] = score(of: cursor.prefix(at: candidates[index]))
        }
    }

    private func score(of prefix: CachedPrefix) -> Double {
        guard prefix.match.blocks > 0, prefix.blockCount > 0 else { return 0 }
        let worth = tierWeights.value(of: prefix.match)
        let share = (worth / Double(prefix.blockCount)).asScore
        let length = (worth * Double(prefix.blockTokens) / matchLengthScaleTokens).asScore
        return matchLengthWeight * length * length + (1 - matchLengthWeight) * share
    }
}
