import Domain
import Scheduling
import Testing

@Suite struct EndpointLoadRequestsTests {
    /// Reported as waiting and running, in flight here; what counts as waiting and running.
    @Test(
        arguments: [
            (reported: (3, 5), inFlight: 0, counted: (3, 5)),
            (reported: (3, 5), inFlight: 8, counted: (3, 5)),
            (reported: (3, 5), inFlight: 2, counted: (3, 5)),
            (reported: (0, 5), inFlight: 9, counted: (4, 9)),
            (reported: (3, 5), inFlight: 10, counted: (5, 7)),
            (reported: (0, 0), inFlight: 4, counted: (4, 4)),
            (reported: (-7, -9), inFlight: -3, counted: (0, 0)),
            (reported: (.min, .min), inFlight: .max, counted: (Int(Int32.max), Int(Int32.max))),
        ] as [(reported: (Int32, Int32), inFlight: Int32, counted: (Int, Int))]
    )
    func `what the report cannot know yet shows in what is in flight`(
        reported: (waiting: Int32, running: Int32),
        inFlight: Int32,
        counted: (waiting: Int, running: Int)
    ) {
        var load = EndpointLoad()
        load.report.waitingRequests = reported.waiting
        load.report.runningRequests = reported.running
        load.inFlightRequests = inFlight
        #expect(load.waitingRequests == counted.waiting)
        #expect(load.runningRequests == counted.running)
    }
}

@Suite struct EngineReportTests {
    @Test func `a report is fresh for as long as is asked`() {
        var report = EngineReport()
        let now = ContinuousClock.now
        #expect(report.receivedAt == nil)
        #expect(!report.isFresh(at: now, ageMax: .seconds(3600)))
        report.receivedAt = now
        #expect(report.receivedAt == now)
        #expect(report.isFresh(at: now + .seconds(2), ageMax: .seconds(2)))
        #expect(!report.isFresh(at: now + .seconds(3), ageMax: .seconds(2)))
        report.receivedAt = nil
        #expect(report.receivedAt == nil)
    }
}
