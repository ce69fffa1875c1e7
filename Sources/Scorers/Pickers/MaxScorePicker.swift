package import Scheduling

/// Picks the best. Endpoints with the same best score take turns, so that a pool where nothing
/// tells them apart is used evenly.
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
        var turn = Int(context.rotation % UInt64(tieCount))
        for candidate in candidates where candidate.score == best {
            if turn == 0 { return candidate }
            turn -= 1
        }
        preconditionFailure("fewer candidates than were counted")
    }
}
