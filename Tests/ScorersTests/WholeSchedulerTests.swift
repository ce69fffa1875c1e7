import Domain
import Scheduling
import Scorers
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

@Suite struct WholeSchedulerTests {
    private func profile(
        _ name: String,
        serving phase: InferencePhase,
        scores: [Double]
    ) -> SchedulingProfile {
        SchedulingProfile(
            name: name,
            filters: [
                RoleFilter(serving: phase), SubsetFilter(), SaturationFilter(requestsMax: 8),
                CircuitBreakerFilter(),
            ],
            scorers: [WeightedScorer(TableScorer(scores: scores), weight: 2)],
            picker: MaxScorePicker()
        )
    }

    /// Endpoints 0 to 3 decode, 4 to 6 prefill; the better ones have a reason each not to be picked.
    @Test func `each phase goes to the best endpoint that may serve it`() throws {
        let roles: [EndpointRole] = [
            .decode, .decode, .decode, .decode, .prefill, .prefill, .prefill,
        ]
        let scores = [1, 0.9, 0.8, 0.7, 1, 0.9, 0.8]
        var context = SchedulingContext.fake(
            zip(UInt32(0)..., roles).map { .fake($0, role: $1) },
            blockCount: 100,
            matched: [3: 10]
        )
        context.subsetHint = [1, 2, 3, 5, 6].map { "10.0.0.\($0)" }
        context.loads[1].isBroken = true
        context.loads[2].inFlightRequests = 8
        context.loads[6].isBroken = true
        var config = DisaggregationProfileHandler.Config()
        config.prefillDecider = .uncachedTokens(min: 1440, promptMin: 0)
        let scheduler = Scheduler(
            profiles: [
                profile("decode", serving: .decode, scores: scores),
                profile("prefill", serving: .prefill, scores: scores),
            ],
            handler: DisaggregationProfileHandler(config: config)
        )
        let decision = try scheduler.decision(in: context)
        #expect(decision.endpoint.name == "engine-3")
        #expect(decision.fallbacks.isEmpty)
        #expect(decision.prefill?.endpoint.name == "engine-5")
        #expect(decision.uncachedTokens == 1600)

        context.matches = PrefixMatches(
            blockCount: 100,
            matchedBlocks: [EndpointID(rawValue: 3): 11]
        )
        #expect(try scheduler.decision(in: context).prefill == nil)
    }

    @Test func `a burst is shared out evenly, and what is too much is turned away`() throws {
        let scheduler = Scheduler(
            profiles: [
                profile("default", serving: .decode, scores: [Double](repeating: 0.5, count: 8))
            ],
            handler: SingleProfileHandler()
        )
        var context = SchedulingContext.fake((0..<8).map { .fake($0) })
        for number in UInt64(1)...64 {
            let position = Int(try scheduler.decision(in: context).endpoint.id.rawValue)
            context.loads[position].inFlightRequests += 1
            context.loads[position].lastPick = number
        }
        #expect(context.loads.allSatisfy { $0.inFlightRequests == 8 })
        #expect(throws: PickError.saturated) { try scheduler.decision(in: context) }
    }

    /// Each is lucky with one request in ten: together with one in a hundred.
    @Test func `plug-ins do not share their luck`() {
        var request = InferenceRequest(model: "m")
        request.headers = [HeaderField("x-slo-ttft-ms", "100")]
        var context = SchedulingContext.fake(
            [.fake(0), .fake(1)],
            blockCount: 10,
            matched: [0: 10],
            loads: [.fake { _ in }, .fake { $0.prefillingTokens = 100_000 }],
            request: request
        )
        var config = PrefixAffinityFilter.Config()
        config.explorationProbability = 0.1
        var counts = [0, 0, 0]
        for rotation in UInt64(0)..<20_000 {
            context.rotation = rotation
            let sticky = context.positions(leftBy: PrefixAffinityFilter(config: config))
            let timely = context.positions(leftBy: SLOHeadroomFilter(explorationProbability: 0.1))
            let isFirst = sticky == [0, 1]
            let isSecond = timely == [1]
            counts[0] += isFirst ? 1 : 0
            counts[1] += isSecond ? 1 : 0
            counts[2] += isFirst && isSecond ? 1 : 0
        }
        #expect((1830...2170).contains(counts[0]), "\(counts)")
        #expect((1830...2170).contains(counts[1]), "\(counts)")
        #expect((140...260).contains(counts[2]), "\(counts)")
    }
}
