import Domain
import Scheduling
import Testing

/// Scores by position in the pool.
private struct FixedScorer: Scorer {
    let scores: [Double]

    func scores(for endpoints: [Endpoint], in context: SchedulingContext) -> [Double] {
        endpoints.map { scores[Int($0.id.rawValue)] }
    }
}

private struct Dropping: Filter {
    let id: UInt32

    func candidates(among endpoints: [Endpoint], in context: SchedulingContext) -> [Endpoint] {
        endpoints.filter { $0.id.rawValue != id }
    }
}

private struct FirstBest: Picker {
    func pick(from candidates: [ScoredEndpoint], in context: SchedulingContext) -> ScoredEndpoint {
        candidates.reduce(candidates[0]) { $1.score > $0.score ? $1 : $0 }
    }
}

@Suite struct SchedulingProfileTests {
    private let context = SchedulingContext(
        request: InferenceRequest(model: "m"),
        snapshot: EndpointSnapshot(
            generation: 1,
            endpoints: (0..<3).map { id in
                Endpoint(id: EndpointID(rawValue: id), name: "engine-\(id)", address: "e\(id):80")
            }
        ),
        matches: PrefixMatches(blockCount: 5, matchedBlocks: [EndpointID(rawValue: 2): 4])
    )

    private func profile(
        dropping: [UInt32] = [],
        _ scorers: [(scores: [Double], weight: Double)] = []
    ) -> SchedulingProfile {
        SchedulingProfile(
            filters: dropping.map(Dropping.init),
            scorers: scorers.map {
                WeightedScorer(FixedScorer(scores: $0.scores), weight: $0.weight)
            },
            picker: FirstBest()
        )
    }

    private func totals(_ profile: SchedulingProfile) -> [Double] {
        profile.scored(context.snapshot.endpoints, in: context).map(\.score)
    }

    @Test func `a total is the weighted sum of all scores`() {
        let totals = totals(profile([([1, 0.5, 0], 2), ([0, 0.25, 1], 4)]))
        #expect(totals == [2, 2, 4])
    }

    @Test func `a score out of bounds counts as the nearest bound, not a number as 0`() {
        #expect(totals(profile([([7, -3, .nan], 1)])) == [1, 0, 0])
    }

    @Test func `what a filter drops is neither scored nor picked`() throws {
        let decision = try profile(dropping: [2], [([0, 0.5, 1], 1)]).run(in: context)
        #expect(decision.endpoint.name == "engine-1")
    }

    @Test func `a decision says how much of the prompt its endpoint holds`() throws {
        let decision = try profile([([0, 0, 1], 1)]).run(in: context)
        #expect(decision.endpoint.name == "engine-2")
        #expect(decision.matchedBlocks == 4)
        #expect(decision.blockCount == 5)
        #expect(try profile().run(in: context).matchedBlocks == 0)
    }

    @Test func `nothing is picked when nothing is left`() {
        #expect(throws: PickError.noEndpoints) {
            try profile(dropping: [0, 1, 2]).run(in: context)
        }
        let empty = SchedulingContext(request: context.request, snapshot: .empty)
        #expect(throws: PickError.noEndpoints) { try profile().run(in: empty) }
    }
}
