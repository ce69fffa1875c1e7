package import Domain
package import Scheduling

/// Picks the best endpoint, and of several equally good ones any with the same chance.
///
/// Not each in turn: decisions without a tie take turns too, so requests that come in a rhythm,
/// such as a question that always has one follow-up, would all meet the same endpoint.
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
        return best[Int(context.chance() % UInt64(best.count))]
    }
}
