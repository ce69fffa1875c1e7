import Domain
package import Scheduling

/// Prefers endpoints close to the one that an earlier profile has picked, so that a KV cache has a
/// short way from one to the other: 1 on the same host, 0.2 in the same rack, 0.05 in the same zone,
/// 0.02 in the same region, about as the bandwidth falls. 0 everywhere if nothing is picked yet.
package struct TopologyAffinityScorer: Scorer, Equatable {
    private let topology: Topology

    package init(_ topology: Topology = Topology()) { self.topology = topology }

    package func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {
        guard let pick = context.earlierPick else { return }
        let surroundings = topology.surroundings(of: context.snapshot.endpoints[pick].labels)
        for index in 0..<candidates.count {
            let labels = context.snapshot.endpoints[candidates[index]].labels
            scores[index] = Self.score(of: surroundings.level(of: labels))
        }
    }

    private static func score(of level: Topology.Level?) -> Double {
        switch level {
        case .host: 1
        case .rack: 0.2
        case .zone: 0.05
        case .region: 0.02
        case nil: 0
        }
    }
}
