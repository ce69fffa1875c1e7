import Domain
package import Scheduling

/// Spreads prompts that no candidate holds any of over the endpoints, so that their caches grow
/// alike: 1 for the one whose last such prompt is the longest ago, 0 for the latest, in even steps
/// by their order. Endpoints that never got one come first, by position. A prompt that somebody
/// holds some of gets 0.5 everywhere.
///
/// For a prompt that nobody holds, one array of the candidates is made and sorted.
package struct NoHitLRUScorer: Scorer, Equatable {
    private let source: PrefixSource

    package init(source: PrefixSource = .automatic) { self.source = source }

    package func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {
        guard isCold(candidates, in: context) else {
            for index in 0..<candidates.count { scores[index] = 0.5 }
            return
        }
        guard candidates.count > 1 else {
            if !candidates.isEmpty { scores[0] = 1 }
            return
        }
        var turns = (0..<candidates.count).map { index in
            Turn(index: index, lastColdPick: context.loads[candidates[index]].lastColdPick)
        }
        turns.sort()
        let last = Double(candidates.count - 1)
        for (rank, turn) in turns.enumerated() { scores[turn.index] = 1 - Double(rank) / last }
    }

    private func isCold(_ candidates: Candidates, in context: SchedulingContext) -> Bool {
        var cursor = PrefixCursor(source, in: context)
        for index in 0..<candidates.count
        where cursor.prefix(at: candidates[index]).match.blocks > 0 {
            return false
        }
        return true
    }

    private struct Turn: Comparable {
        let index: Int
        let lastColdPick: UInt64

        static func < (one: Turn, other: Turn) -> Bool {
            one.lastColdPick != other.lastColdPick
                ? one.lastColdPick < other.lastColdPick : one.index < other.index
        }
    }
}
