import Domain
import FlowControl
import Testing

/// Requests that may be dropped before a pool.
@Suite(.timeLimit(.minutes(1))) struct AdmissionSheddingTests {
    @Test func `without flow control a saturated pool drops only what may be dropped`() async {
        let gate = AdmissionFixture(endpoints: 1, requestsMax: 2, flowControl: nil)
        #expect(await gate.pass(priority: -1) == .success)
        #expect(await gate.pass(priority: -1) == .success)
        #expect(await gate.pass(priority: -1) == .failure(.shed))
        for _ in 0..<9 { #expect(await gate.pass() == .success) }
        #expect(gate.pool.inFlight == 11)
        #expect(gate.admission.pendingCount == 0)
    }

    @Test func `without flow control a request to an empty pool is left to the scheduler`() async {
        let gate = AdmissionFixture(endpoints: 0, flowControl: nil)
        #expect(await gate.pass(priority: -1) == .success)
    }

    @Test(arguments: [nil, FlowControlConfig()])
    func `some requests are dropped by chance before the pool is full`(
        flowControl: FlowControlConfig?
    ) async {
        let admitter = ProbabilisticAdmitter(power: 1, scale: 1)
        let gate = AdmissionFixture(
            endpoints: 1,
            requestsMax: 1000,
            flowControl: flowControl,
            admitter: admitter
        )
        for _ in 0..<500 { gate.pool.reserve() }
        var shed = 0
        for _ in 0..<1000 where await gate.pass(priority: -1, reserves: false) == .failure(.shed) {
            shed += 1
        }
        #expect((400...600).contains(shed))
        #expect(await gate.pass(priority: 0) == .success)
    }

    @Test func `what drops requests by chance can judge the pool by thresholds of its own`() async {
        var detector = UtilizationDetector()
        detector.fallback = ConcurrencyDetector(requestsMax: 5)
        let gate = AdmissionFixture(
            endpoints: 1,
            requestsMax: 1000,
            admitter: ProbabilisticAdmitter(power: 1, scale: 1, detector: detector)
        )
        #expect(await gate.pass(priority: -1, reserves: false) == .success)
        gate.fillPool(5)
        #expect(await gate.pass(priority: -1) == .failure(.shed))
        #expect(await gate.pass(priority: 0) == .success)
    }

    /// What engines report, and what then becomes of a request that may be dropped.
    private func outcome(
        inFlight: Int,
        waiting: Int32,
        usage: Double = 0,
        flowControl: FlowControlConfig? = nil,
        admitter: ProbabilisticAdmitter? = nil
    ) async -> AdmissionFixture.Outcome {
        let gate = AdmissionFixture(
            endpoints: 1,
            flowControl: flowControl,
            admitter: admitter,
            detector: UtilizationDetector()
        )
        var report = EngineReport()
        report.waitingRequests = waiting
        report.kvCacheUsage = usage
        report.receivedAt = gate.clock.now
        gate.pool.report(report)
        gate.fillPool(inFlight)
        return await gate.pass(priority: -1)
    }

    @Test(
        arguments: [
            (inFlight: 50, waiting: 4, usage: 0, isShed: false),
            (inFlight: 0, waiting: 5, usage: 0, isShed: true),
            (inFlight: 200, waiting: 0, usage: 0.7, isShed: false),
            (inFlight: 0, waiting: 0, usage: 0.8, isShed: true),
        ] as [(inFlight: Int, waiting: Int32, usage: Double, isShed: Bool)]
    )
    func `without flow control what engines report decides what is dropped`(
        inFlight: Int,
        waiting: Int32,
        usage: Double,
        isShed: Bool
    ) async {
        let outcome = await outcome(inFlight: inFlight, waiting: waiting, usage: usage)
        #expect(outcome == (isShed ? .failure(.shed) : .success))
    }

    @Test(arguments: [nil, UtilizationDetector()], [nil, FlowControlConfig()])
    func `requests on their way to an idle pool make none be dropped by chance`(
        detector: UtilizationDetector?,
        flowControl: FlowControlConfig?
    ) async {
        let admitter = ProbabilisticAdmitter(power: 5, scale: 300, detector: detector)
        for inFlight in 0...4 {
            let idle = await outcome(
                inFlight: inFlight,
                waiting: 0,
                flowControl: flowControl,
                admitter: admitter
            )
            #expect(idle == .success)
        }
        let busy = await outcome(
            inFlight: 2,
            waiting: 2,
            flowControl: flowControl,
            admitter: admitter
        )
        #expect(busy == .failure(.shed))
    }
}
