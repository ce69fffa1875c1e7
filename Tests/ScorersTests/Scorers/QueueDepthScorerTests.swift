import Domain
import Scheduling
import Scorers
import Testing

@Suite struct QueueDepthScorerTests {
    private func scores(_ loads: [EndpointLoad]) -> [Double] {
        SchedulingContext.fake(loads.indices.map { .fake(UInt32($0)) }, loads: loads)
            .scores(by: QueueDepthScorer())
    }

    /// llm-d's vectors.
    @Test(
        arguments: [
            (waiting: [10, 5, 0], scores: [0, 0.5, 1]),
            (waiting: [5, 5], scores: [1, 1]),
            (waiting: [0, 0], scores: [1, 1]),
            (waiting: [3], scores: [1]),
        ] as [(waiting: [Int32], scores: [Double])]
    )
    func `the shortest queue scores 1, the longest 0, equal ones 1`(
        waiting: [Int32],
        scores expected: [Double]
    ) {
        let loads = waiting.map { waiting in
            EndpointLoad.fake {
                $0.report.waitingRequests = waiting
                $0.report.runningRequests = 16
            }
        }
        #expect(scores(loads) == expected)
    }

    @Test func `requests that the engine has not counted yet lengthen its queue`() {
        let burst = EndpointLoad.fake {
            $0.report.runningRequests = 4
            $0.inFlightRequests = 12
        }
        let busy = EndpointLoad.fake {
            $0.report.runningRequests = 4
            $0.inFlightRequests = 4
        }
        #expect(scores([burst, busy]) == [0, 1])
    }
}
