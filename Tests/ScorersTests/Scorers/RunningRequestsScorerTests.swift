import Domain
import Scheduling
import Scorers
import Testing

@Suite struct RunningRequestsScorerTests {
    private func scores(_ loads: [EndpointLoad]) -> [Double] {
        SchedulingContext.fake(loads.indices.map { .fake(UInt32($0)) }, loads: loads)
            .scores(by: RunningRequestsScorer())
    }

    @Test(
        arguments: [
            (running: [10, 5, 0], scores: [0, 0.5, 1]),
            (running: [5, 5], scores: [1, 1]),
            (running: [0, 0, 0], scores: [1, 1, 1]),
        ] as [(running: [Int32], scores: [Double])]
    )
    func `the engine that runs fewest scores 1, the one that runs most 0, equal ones 1`(
        running: [Int32],
        scores expected: [Double]
    ) {
        let loads = running.map { running in
            EndpointLoad.fake { $0.report.runningRequests = running }
        }
        #expect(scores(loads) == expected)
    }

    @Test func `requests that the engine has not counted yet count as running`() {
        let sent = EndpointLoad.fake {
            $0.report.waitingRequests = 2
            $0.inFlightRequests = 8
        }
        let told = EndpointLoad.fake { $0.report.runningRequests = 3 }
        #expect(areClose(scores([sent, told, EndpointLoad()]), [0, 0.5, 1]))
    }
}
