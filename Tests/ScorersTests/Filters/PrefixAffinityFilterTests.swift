import Domain
import Scheduling
import Scorers
import Testing

@Suite struct PrefixAffinityFilterTests {
    /// Endpoint 1 holds 8 of 10 blocks, endpoint 2 all, endpoint 3 less than is needed.
    private func context(
        waitingSeconds: [Double] = [0, 0, 0, 0],
        rotation: UInt64 = 0
    ) -> SchedulingContext {
        .fake(
            (0..<4).map { .fake($0) },
            blockCount: 10,
            matched: [1: 8, 2: 10, 3: 7],
            loads: waitingSeconds.map { seconds in
                .fake {
                    $0.prefillRate = PrefillRate(tokensPerSecond: 1000)
                    $0.prefillingTokens = Int(seconds * 1000)
                }
            },
            rotation: rotation
        )
    }

    private func filter(_ change: (inout PrefixAffinityFilter.Config) -> Void = { _ in })
        -> PrefixAffinityFilter
    {
        var config = PrefixAffinityFilter.Config()
        change(&config)
        return PrefixAffinityFilter(config: config)
    }

    @Test func `a prompt stays with those that hold most of it`() {
        #expect(context().positions(leftBy: filter()) == [1, 2])
        #expect(context().positions(leftBy: filter { $0.threshold = 1 }) == [2])
    }

    @Test func `a prompt that nobody holds may go anywhere`() {
        let cold = SchedulingContext.fake(
            (0..<3).map { .fake($0) },
            blockCount: 10,
            matched: [1: 7]
        )
        #expect(cold.positions(leftBy: filter()) == [0, 1, 2])
        let unknown = SchedulingContext.fake((0..<3).map { .fake($0) })
        #expect(unknown.positions(leftBy: filter()) == [0, 1, 2])
        #expect(context().positions(leftBy: filter { $0.threshold = 0 }) == [0, 1, 2, 3])
    }

    /// The best of those that hold it counts, against the best of the others.
    @Test func `it leaves when the way to the first token gets too long there`() {
        let busy = [0.0, 30, 18, 5]
        #expect(context(waitingSeconds: busy).positions(leftBy: filter()) == [1, 2])
        let tooBusy = [0.0, 30, 19, 5]
        #expect(context(waitingSeconds: tooBusy).positions(leftBy: filter()) == [0, 1, 2, 3])
        let loyal = filter { $0.penaltySecondsMax = 0 }
        #expect(context(waitingSeconds: tooBusy).positions(leftBy: loyal) == [1, 2])
    }

    @Test func `no time is too long where everyone holds it`() {
        let context = SchedulingContext.fake(
            [.fake(0), .fake(1)],
            blockCount: 10,
            matched: [0: 10, 1: 10],
            loads: [.fake { $0.prefillingTokens = 9_000_000 }, .fake { _ in }]
        )
        #expect(context.positions(leftBy: filter()) == [0, 1])
    }

    @Test func `a share of requests explores`() {
        let exploring = filter { $0.explorationProbability = 0.1 }
        let explored = (UInt64(0)..<10_000).count {
            context(rotation: $0).positions(leftBy: exploring).count == 4
        }
        #expect((900...1100).contains(explored), "\(explored)")
    }

    @Test func `what was sent to engines counts if it is asked for`() {
        var context = context()
        context.approximateMatches = PrefixMatches(
            blockCount: 2,
            matchedBlocks: [EndpointID(rawValue: 0): 2]
        )
        #expect(context.positions(leftBy: filter { $0.source = .approximate }) == [0])
    }
}
