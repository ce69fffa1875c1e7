import Domain
package import Scheduling

/// Prefers endpoints with more of their KV cache free, as the engine reports it. An engine that has
/// not reported counts as empty.
package struct KVCacheUsageScorer: Scorer, Equatable {
    package init() {}

    package func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {
        for index in 0..<candidates.count {
            scores[index] = (1 - context.loads[candidates[index]].report.kvCacheUsage).asScore
        }
    }
}
