package import Scheduling

/// Picks the best. Of endpoints with the same best score any, with equal chance.
///
/// Not each in turn: `rotation` also grows with requests that have one best endpoint, so requests
/// that come in a rhythm, such as a question that always has one follow-up, would all meet the
/// same one.
package struct MaxScorePicker: Picker {
    package init() {}

    package func pick(
        from candidates: [ScoredEndpoint],
        in context: SchedulingContext
    ) -> ScoredEndpoint {
        var best = candidates[0].score
        var tieCount = 0
        for candidate in candidates {
            if candidate.score > best { (best, tieCount) = (candidate.score, 0) }
            if candidate.score == best { tieCount += 1 }
        }
        var turn = context.chance(below: tieCount)
        for candidate in candidates where candidate.score == best {
            if turn == 0 { return candidate }
            turn -= 1
        }
        preconditionFailure("fewer candidates than were counted")
    }
}
