import Domain
import Scheduling
import Scorers
import Testing

@Suite struct TopologyAffinityScorerTests {
    private func endpoint(_ id: UInt32, _ places: String...) -> Endpoint {
        let names = [
            "kubernetes.io/hostname", "topology.kubernetes.io/rack",
            "topology.kubernetes.io/zone", "topology.kubernetes.io/region",
        ]
        let labels = zip(names, places).filter { $0.1 != "?" }
        return .fake(id, labels: Dictionary(uniqueKeysWithValues: labels.map { ($0.0, $0.1) }))
    }

    private func scores(
        _ pool: [Endpoint],
        near pick: Int?,
        _ scorer: TopologyAffinityScorer = TopologyAffinityScorer()
    ) -> [Double] {
        var context = SchedulingContext.fake(pool)
        context.earlierPick = pick
        return context.scores(by: scorer)
    }

    /// llm-d's vector.
    @Test func `the closest place that is shared says the score`() {
        let pool = [
            endpoint(0, "h1", "r1", "z1", "g1"), endpoint(1, "h1", "r1", "z1", "g1"),
            endpoint(2, "h2", "r1", "z1", "g1"), endpoint(3, "h2", "r2", "z1", "g1"),
            endpoint(4, "h2", "r2", "z2", "g1"), endpoint(5, "h2", "r2", "z2", "g2"),
        ]
        #expect(scores(pool, near: 0) == [1, 1, 0.2, 0.05, 0.02, 0])
    }

    @Test func `what is not known is not shared`() {
        let pool = [
            endpoint(0, "h1", "?", "z1", ""), endpoint(1, "?", "?", "z1", ""), endpoint(2),
            endpoint(3, "h2", "?", "z2", ""),
        ]
        #expect(scores(pool, near: 0) == [1, 0.05, 0, 0])
        #expect(scores(pool, near: 2) == [0, 0, 0, 0])
    }

    @Test func `before anything is picked nobody is preferred`() {
        let pool = [endpoint(0, "h1"), endpoint(1, "h1")]
        #expect(scores(pool, near: nil) == [0, 0])
    }

    @Test func `labels can be chosen`() {
        var topology = Topology()
        topology.hostLabel = "slice"
        let pool: [Endpoint] = [
            .fake(0, labels: ["slice": "a"]), .fake(1, labels: ["slice": "a"]), .fake(2),
        ]
        #expect(scores(pool, near: 0, TopologyAffinityScorer(topology)) == [1, 1, 0])
    }

    @Test func `levels compare by how close they are`() {
        #expect(Topology.Level.allCases.sorted() == [.host, .rack, .zone, .region])
        #expect(Topology.Level(rawValue: "rack") == .rack)
    }
}
