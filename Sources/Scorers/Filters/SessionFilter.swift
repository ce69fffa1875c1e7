package import Scheduling

/// Keeps the endpoint of the request's session alone, if it is still a candidate. Nothing else
/// counts then, its load included; for a preference, see `SessionAffinityScorer`.
package struct SessionFilter: Equatable, Filter {
    private let affinity: SessionAffinity

    package init(_ affinity: SessionAffinity) { self.affinity = affinity }

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        guard let hint = context.sessions.first(where: { $0.affinity == affinity }),
            let index = hint.index(among: candidates, in: context.snapshot)
        else { return }
        candidates.keepOnly(candidates[index])
    }
}
