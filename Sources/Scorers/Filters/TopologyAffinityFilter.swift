import Domain
package import Scheduling

/// Keeps the endpoints close to the one that an earlier profile has picked. Keeps all if nothing is
/// picked yet, and if none is close: a long way for a KV cache is better than no endpoint.
package struct TopologyAffinityFilter: Equatable, Filter {
    private let topology: Topology
    private let minimum: Topology.Level

    /// - Parameter minimum: what an endpoint has to share with that one, or anything closer.
    package init(_ topology: Topology = Topology(), minimum: Topology.Level = .host) {
        self.topology = topology
        self.minimum = minimum
    }

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        guard let pick = context.earlierPick else { return }
        let endpoints = context.snapshot.endpoints
        let surroundings = topology.surroundings(of: endpoints[pick].labels)
        candidates.keepPreferred { position in
            surroundings.level(of: endpoints[position].labels).map { $0 <= minimum } ?? false
        }
    }
}
