package import Scheduling

/// Prefers endpoints where fewer requests wait (`EndpointLoad.waitingRequests`), by llm-d's formula:
/// 0.5 where none does, falling in a straight line to 0 at `threshold` and beyond.
package struct LoadAwareScorer: Scorer, Equatable {
    private let threshold: Int

    /// - Parameter threshold: below 1 counts as 1.
    package init(threshold: Int = 128) { self.threshold = max(1, threshold) }

    package func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {
        for index in 0..<candidates.count {
            let waiting = min(context.loads[candidates[index]].waitingRequests, threshold)
            scores[index] = 0.5 * (1 - Double(waiting) / Double(threshold))
        }
    }
}
