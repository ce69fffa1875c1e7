import Domain
import Scheduling
import Testing

/// Scores by position in the pool.
private struct FixedScorer: Scorer {
    let scores: [Double]

    func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {
        for index in 0..<candidates.count { scores[index] = self.scores[candidates[index]] }
    }
}

/// Leaves every score as it finds it.
private struct SilentScorer: Scorer {
    func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {}
}

private struct Dropping: Filter {
    let position: Int
    var exhaustion = PickError.noEndpoints

    func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        candidates.keep { $0 != position }
    }
}

/// Takes all, the best total first.
private struct BestFirst: Picker {
    func pick(
        from candidates: Candidates,
        totals: [Double],
        in context: SchedulingContext
    ) -> [Int32] {
        totals.indices.sorted { totals[$0] > totals[$1] }.map { candidates.positions[$0] }
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
        )
    )

    private func profile(
        filters: [any Filter] = [],
        _ scorers: [(scores: [Double], weight: Double)] = []
    ) -> SchedulingProfile {
        SchedulingProfile(
            filters: filters,
            scorers: scorers.map {
                WeightedScorer(FixedScorer(scores: $0.scores), weight: $0.weight)
            },
            picker: BestFirst()
        )
    }

    private func totals(_ profile: SchedulingProfile) throws -> [Double] {
        var scratch = SchedulingScratch()
        _ = try profile.run(in: context, using: &scratch)
        return scratch.totals
    }

    @Test func `a total is the weighted sum of all scores`() throws {
        let totals = try totals(profile([([1, 0.5, 0], 2), ([0, 0.25, 1], 4)]))
        #expect(totals == [2, 2, 4])
    }

    @Test func `a score out of bounds counts as the nearest bound, not a number as 0`() throws {
        #expect(try totals(profile([([7, -3, .nan], 1)])) == [1, 0, 0])
        #expect(try totals(profile([([.infinity, -.infinity, 0.5], 1)])) == [1, 0, 0.5])
    }

    @Test func `what a filter drops is neither scored nor picked`() throws {
        let profile = profile(filters: [Dropping(position: 2)], [([0, 0.5, 1], 1)])
        var scratch = SchedulingScratch()
        #expect(try profile.run(in: context, using: &scratch) == [1, 0])
        #expect(scratch.totals == [0, 0.5])
    }

    @Test func `the picker's order is that of the result`() throws {
        var scratch = SchedulingScratch()
        let positions = try profile([([0.2, 0.9, 0.5], 1)]).run(in: context, using: &scratch)
        #expect(positions == [1, 2, 0])
    }

    @Test func `each scorer starts from 0, whatever the one before has written`() throws {
        let profile = SchedulingProfile(
            filters: [],
            scorers: [
                WeightedScorer(FixedScorer(scores: [1, 1, 1]), weight: 1),
                WeightedScorer(SilentScorer(), weight: 1),
            ],
            picker: BestFirst()
        )
        #expect(try totals(profile) == [1, 1, 1])
    }

    @Test func `a run leaves nothing behind for the next one`() throws {
        var scratch = SchedulingScratch()
        let filters = [Dropping(position: 0), Dropping(position: 1)]
        _ = try profile(filters: filters, [([1, 1, 1], 8)]).run(in: context, using: &scratch)
        let positions = try profile([([0, 1, 0.5], 1)]).run(in: context, using: &scratch)
        #expect(positions == [1, 2, 0])
        #expect(scratch.totals == [0, 1, 0.5])
    }

    @Test func `nothing is picked when nothing is left, and the filter says why`() {
        var scratch = SchedulingScratch()
        let saturated = Dropping(position: 2, exhaustion: .saturated)
        let filters: [any Filter] = [Dropping(position: 0), Dropping(position: 1), saturated]
        #expect(throws: PickError.saturated) {
            try profile(filters: filters).run(in: context, using: &scratch)
        }
        let empty = SchedulingContext(request: context.request, snapshot: .empty)
        #expect(throws: PickError.noEndpoints) {
            try profile(filters: [saturated]).run(in: empty, using: &scratch)
        }
    }
}
