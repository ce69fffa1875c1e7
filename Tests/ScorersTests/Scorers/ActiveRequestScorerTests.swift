import Domain
import Scheduling
import Scorers
import Testing

@Suite struct ActiveRequestScorerTests {
    private func scores(
        _ inFlight: [Int32],
        _ scorer: ActiveRequestScorer = ActiveRequestScorer()
    ) -> [Double] {
        SchedulingContext.fake(
            inFlight.indices.map { .fake(UInt32($0)) },
            loads: inFlight.map { count in .fake { $0.inFlightRequests = count } }
        ).scores(by: scorer)
    }

    /// llm-d's vectors.
    @Test(
        arguments: [
            (inFlight: [0, 0, 0], scores: [1, 1, 1]),
            (inFlight: [3, 0, 6], scores: [0.5, 1, 0]),
            (inFlight: [4, 0, 1], scores: [0, 1, 0.75]),
            (inFlight: [3, 11], scores: [8.0 / 11, 0]),
        ] as [(inFlight: [Int32], scores: [Double])]
    )
    func `the score falls from an idle endpoint to the busiest`(
        inFlight: [Int32],
        scores expected: [Double]
    ) {
        #expect(areClose(scores(inFlight), expected))
    }

    @Test func `with no score for busy endpoints only idle ones are preferred`() {
        #expect(scores([1, 0], ActiveRequestScorer(maxBusyScore: 0)) == [0, 1])
    }

    @Test func `up to the threshold an endpoint is idle`() {
        let scorer = ActiveRequestScorer(idleThreshold: 1, maxBusyScore: 0.5)
        #expect(scores([1, 2, 0], scorer) == [1, 0, 1])
        #expect(scores([2, 4, 0], scorer) == [0.25, 0, 1])
    }

    @Test func `only candidates say what busy is`() {
        let context = SchedulingContext.fake(
            [.fake(0), .fake(1), .fake(2)],
            loads: [2, 4, 100].map { count in .fake { $0.inFlightRequests = count } }
        )
        var scores = [0.0, 0.0]
        ActiveRequestScorer().score(Candidates([0, 1]), in: context, into: &scores)
        #expect(scores == [0.5, 0])
    }
}
