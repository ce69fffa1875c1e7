package import Scheduling

/// Prefers endpoints that run fewer requests (`EndpointLoad.runningRequests`): 1 for the fewest
/// among the candidates, 0 for the most, 1 for all if they are equal.
package struct RunningRequestsScorer: Scorer, Equatable {
    package init() {}

    package func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {
        for index in 0..<candidates.count {
            scores[index] = Double(context.loads[candidates[index]].runningRequests)
        }
        LinearScale(spanning: scores).rate(&scores, lowerIsBetter: true)
    }
}
