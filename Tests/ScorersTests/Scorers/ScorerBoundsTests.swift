import Domain
import Scheduling
import Scorers
import Testing

/// Every scorer, of whatever context: its scores are numbers in 0...1.
@Suite struct ScorerBoundsTests {
    private static let cookie = SessionAffinity.cookie(name: "c")

    private static let scorers: [any Scorer] = [
        PrefixCacheScorer(), PrefixCacheScorer(source: .precise, matchLengthWeight: 0.5),
        PrefixCacheScorer(source: .approximate, matchLengthWeight: .nan, matchLengthScaleTokens: 0),
        KVCacheUsageScorer(), QueueDepthScorer(), RunningRequestsScorer(), LoadAwareScorer(),
        LoadAwareScorer(threshold: .min), ActiveRequestScorer(),
        ActiveRequestScorer(idleThreshold: -5, maxBusyScore: 7), TokenLoadScorer(),
        TokenLoadScorer(queueThresholdTokens: -1), LoRAAffinityScorer(),
        SessionAffinityScorer(cookie), NoHitLRUScorer(), ContextLengthScorer(),
        HeaderLabelAffinityScorer(header: "x-tier", label: "tier"), TopologyAffinityScorer(),
        EndpointAttributeScorer(EndpointAttribute(.label("tier"), lowerIsBetter: true)),
        EndpointAttributeScorer(EndpointAttribute(.kvCacheUsage, lowerIsBetter: false)),
        EndpointAttributeScorer(
            EndpointAttribute(
                .inFlightTokens,
                lowerIsBetter: true,
                range: .fixed(min: 9, max: -.infinity)
            )
        ),
        PredictedTTFTScorer(), PredictedTTFTScorer(tieRatio: .nan, tieSeconds: .infinity),
        PredictedTTFTScorer(tieRatio: -1, tieSeconds: -1),
    ]

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `scores are numbers from 0 to 1`(seed: UInt64) {
        var random = RandomContext(seed: seed)
        let context = random.context()
        let candidates = random.candidates(of: context)
        for scorer in Self.scorers {
            var scores = [Double](repeating: 0, count: candidates.count)
            scorer.score(candidates, in: context, into: &scores)
            #expect(scores.count == candidates.count)
            #expect(
                scores.allSatisfy { $0 >= 0 && $0 <= 1 },
                "\(type(of: scorer)) wrote \(scores)"
            )
        }
    }
}
