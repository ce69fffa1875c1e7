import Domain
import Scheduling
import Scorers
import Testing

@Suite struct LoadAwareScorerTests {
    private func scores(
        _ loads: [EndpointLoad],
        _ scorer: LoadAwareScorer = LoadAwareScorer()
    ) -> [Double] {
        SchedulingContext.fake(loads.indices.map { .fake(UInt32($0)) }, loads: loads)
            .scores(by: scorer)
    }

    /// llm-d's vector: 2, 0 and 5 requests wait.
    @Test func `where nothing waits the score is a half, elsewhere less`() {
        let loads = [2, 0, 5].map { waiting in
            EndpointLoad.fake { $0.report.waitingRequests = waiting }
        }
        #expect(scores(loads) == [0.5 * (1 - 2.0 / 128), 0.5, 0.5 * (1 - 5.0 / 128)])
    }

    @Test(
        arguments: [
            (inFlight: 0, score: 0.5), (inFlight: 2, score: 0.25), (inFlight: 4, score: 0),
            (inFlight: 1000, score: 0),
        ] as [(inFlight: Int32, score: Double)]
    )
    func `without reports it goes by what is in flight, up to the threshold`(
        inFlight: Int32,
        score: Double
    ) {
        let load = EndpointLoad.fake { $0.inFlightRequests = inFlight }
        #expect(scores([load], LoadAwareScorer(threshold: 4)) == [score])
    }

    @Test func `requests that run do not wait`() {
        let load = EndpointLoad.fake {
            $0.report.runningRequests = 8
            $0.inFlightRequests = 9
        }
        #expect(scores([load], LoadAwareScorer(threshold: 2)) == [0.25])
    }

    @Test func `a threshold of nothing is one of a single request`() {
        let load = EndpointLoad.fake { $0.inFlightRequests = 1 }
        #expect(scores([load, EndpointLoad()], LoadAwareScorer(threshold: 0)) == [0, 0.5])
    }
}
