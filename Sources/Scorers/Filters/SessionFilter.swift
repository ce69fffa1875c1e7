import Domain
package import Scheduling

/// Keeps the endpoint of the request's session alone, if it is still a candidate. Nothing else
/// counts then, its load included; for a preference, see `SessionAffinityScorer`.
package struct SessionFilter: Equatable, Filter {
    private let affinity: SessionAffinity

    package init(_ affinity: SessionAffinity) { self.affinity = affinity }

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        guard let hint = context.sessions.first(where: { $0.affinity == affinity }) else { return }
        switch hint.target {
        case .endpoint(let id):
            guard let bound = context.snapshot.position(of: id) else { return }
            candidates.keepPreferred { $0 == bound }
        case .hash(let session):
            guard !candidates.isEmpty else { return }
            candidates.keepOnly(Self.first(of: candidates, for: session, in: context.snapshot))
        }
    }

    private static func first(
        of candidates: Candidates,
        for session: UInt64,
        in snapshot: EndpointSnapshot
    ) -> Int {
        var best = candidates[0]
        var bestRank = SessionHint.rank(of: snapshot.endpoints[best], for: session)
        for index in 1..<candidates.count {
            let rank = SessionHint.rank(of: snapshot.endpoints[candidates[index]], for: session)
            if rank > bestRank { (best, bestRank) = (candidates[index], rank) }
        }
        return best
    }
}
