package import Domain
package import Scheduling

/// Picks the best endpoint. Of several equally good ones, each decision takes the next, so that
/// none is preferred for its place in the list.
package struct MaxScorePicker: Picker {
    package init() {}

    package func pick(from scored: [ScoredEndpoint], in context: SchedulingContext) -> Endpoint {
        var best: [Endpoint] = []
        var bestScore = -Double.infinity
        for candidate in scored where candidate.score >= bestScore {
            if candidate.score > bestScore { best.removeAll(keepingCapacity: true) }
            best.append(candidate.endpoint)
            bestScore = candidate.score
        }
        return best[Int(context.rotation % UInt64(best.count))]
    }
}
