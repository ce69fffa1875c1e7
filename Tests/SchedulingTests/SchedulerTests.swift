import Domain
import Scheduling
import Testing

/// Rates each position with a number of its own.
private struct TableScorer: Scorer {
    let scores: [Double]

    func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {
        for index in 0..<candidates.count { scores[index] = self.scores[candidates[index]] }
    }
}

/// Rates the endpoint that an earlier profile has picked, and no other.
private struct EarlierPickScorer: Scorer {
    func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {
        for index in 0..<candidates.count where candidates[index] == context.earlierPick {
            scores[index] = 1
        }
    }
}

private struct DropFilter: Filter {
    let positions: Set<Int>
    var exhaustion: PickError { .saturated }

    func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        candidates.keep { !positions.contains($0) }
    }
}

/// Picks all candidates, the best first.
private struct SortingPicker: Picker {
    func pick(
        from candidates: Candidates,
        totals: [Double],
        in context: SchedulingContext
    ) -> [Int32] {
        totals.indices.sorted { totals[$0] > totals[$1] }.map { Int32(candidates[$0]) }
    }
}

/// Asks for profiles as a script says, whatever they pick. The last that picks decides.
private struct ScriptedHandler: ProfileHandler {
    let script: [String]
    var profileNames: [String] = []
    var isEndless = false

    func nextProfile(after picks: ProfilePicks, in context: SchedulingContext) -> String? {
        picks.picks.count < script.count
            ? script[picks.picks.count] : isEndless ? script.last : nil
    }

    func decision(
        from picks: ProfilePicks,
        in context: SchedulingContext
    ) throws(PickError) -> RoutingDecision {
        guard let last = picks.picks.last else { throw .noEndpoints }
        return RoutingDecision(picked: try last.result.get(), in: context)
    }
}

@Suite struct SchedulerTests {
    private static let endpoints = (0..<4).map { id in
        Endpoint(id: EndpointID(rawValue: id), name: "e\(id)", address: "e\(id):80")
    }
    private let context = SchedulingContext(
        request: InferenceRequest(model: "m"),
        snapshot: EndpointSnapshot(generation: 1, endpoints: endpoints)
    )

    private func profile(
        _ name: String,
        dropping positions: Set<Int> = [],
        _ scorers: [WeightedScorer] = []
    ) -> SchedulingProfile {
        SchedulingProfile(
            name: name,
            filters: [DropFilter(positions: positions)],
            scorers: scorers,
            picker: SortingPicker()
        )
    }

    private func names(
        _ profiles: [SchedulingProfile],
        _ handler: ScriptedHandler,
        in context: SchedulingContext? = nil
    ) throws -> [String] {
        var scratch = SchedulingScratch()
        let decision = try Scheduler(profiles: profiles, handler: handler)
            .schedule(in: context ?? self.context, using: &scratch)
        return [decision.endpoint.name] + decision.fallbacks.map(\.name)
    }

    @Test func `filters drop, scorers rate, the picker decides`() throws {
        let profile = profile(
            "a",
            dropping: [3],
            [
                WeightedScorer(TableScorer(scores: [0.5, 0, 1, 1]), weight: 1),
                WeightedScorer(TableScorer(scores: [0, 1, 0.1, 1]), weight: 2),
            ]
        )
        #expect(try names([profile], ScriptedHandler(script: ["a"])) == ["e1", "e2", "e0"])
    }

    @Test func `a later profile knows what the first one that found something picked`() throws {
        let table = { (scores: [Double]) in
            WeightedScorer(TableScorer(scores: scores), weight: 1)
        }
        let profiles = [
            profile("fails", dropping: [0, 1, 2, 3]),
            profile("first", [table([0, 0, 1, 0])]),
            profile("second", [table([0, 1, 0, 0])]),
            profile("third", [WeightedScorer(EarlierPickScorer(), weight: 1)]),
        ]
        let script = ["fails", "first", "second", "third"]
        #expect(try names(profiles, ScriptedHandler(script: script)).first == "e2")
    }

    @Test func `memory from one profile and request does not show in the next`() throws {
        let profiles = [
            profile(
                "narrow",
                dropping: [0, 1],
                [.init(TableScorer(scores: [1, 1, 1, 1]), weight: 9)]
            ),
            profile("wide"),
        ]
        var scratch = SchedulingScratch()
        let scheduler = Scheduler(
            profiles: profiles,
            handler: ScriptedHandler(script: ["narrow", "wide"])
        )
        for _ in 0..<2 {
            let decision = try scheduler.schedule(in: context, using: &scratch)
            #expect(decision.endpoint.name == "e0")
            #expect(decision.fallbacks.map(\.name) == ["e1", "e2", "e3"])
        }
    }

    @Test(arguments: [["a", "b"], ["a", "b", "a"], ["a", "b", "nobody's", "a"]])
    func `a handler that asks again, or for what is not there, is done`(script: [String]) throws {
        let profiles = [profile("a"), profile("b", dropping: [0, 1])]
        let handler = ScriptedHandler(script: script, isEndless: true)
        #expect(try names(profiles, handler) == ["e2", "e3"])
    }

    @Test func `a handler that asks for nothing decides on nothing`() {
        #expect(throws: PickError.noEndpoints) {
            try names([profile("a")], ScriptedHandler(script: []))
        }
        #expect(throws: PickError.noEndpoints) {
            try names([profile("a")], ScriptedHandler(script: ["nobody's"]))
        }
    }

    @Test func `why nothing was picked is the last filter's word`() {
        let profile = profile("a", dropping: [0, 1, 2, 3])
        #expect(throws: PickError.saturated) {
            try names([profile], ScriptedHandler(script: ["a"]))
        }
    }

    @Test func `an empty pool is no matter of profiles`() {
        let empty = SchedulingContext(request: context.request, snapshot: .empty)
        #expect(throws: PickError.noEndpoints) {
            try names([profile("a")], ScriptedHandler(script: ["a"]), in: empty)
        }
    }
}
