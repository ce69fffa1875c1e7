package import Scheduling

/// Prefers the endpoint of the session's earlier requests: 1 there, 0 elsewhere. 0 everywhere for a
/// request without a session, or if that endpoint is no candidate.
package struct SessionAffinityScorer: Scorer, Equatable {
    private let affinity: SessionAffinity

    package init(_ affinity: SessionAffinity) { self.affinity = affinity }

    package func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {
        guard let hint = context.sessions.first(where: { $0.affinity == affinity }),
            let index = hint.index(among: candidates, in: context.snapshot)
        else { return }
        scores[index] = 1
    }
}
