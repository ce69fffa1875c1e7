import Domain
import FlowControl
import Testing

/// What of the requests in flight counts beside an engine's report.
@Suite struct UtilizationDetectorTests {
    private let now = ContinuousClock.now

    private func level(
        _ detector: some SaturationDetector,
        _ loads: [EndpointLoad]
    ) -> Double {
        PoolFullness(of: PoolLoads(loads), by: detector, at: now).level()
    }

    @Test func `requests that a report does not count yet are taken to wait`() {
        let load = EndpointLoad.reporting(waiting: 1, running: 4, inFlight: 9, at: now)
        #expect(level(UtilizationDetector(), [load]) == 1)
    }

    @Test func `requests of other pickers take nothing from what is reported`() {
        let load = EndpointLoad.reporting(waiting: 2, running: 40, inFlight: 3, at: now)
        #expect(level(UtilizationDetector(), [load]) == 0.4)
    }

    @Test(arguments: [(prefilling: 0, level: 0), (2, 0.4), (50, 10)] as [(Int32, Double)])
    func `requests whose first token was seen do not wait, even if no report counts them`(
        prefilling: Int32,
        level expected: Double
    ) {
        let load = EndpointLoad.reporting(inFlight: 50, prefilling: prefilling, at: now)
        #expect(level(UtilizationDetector(), [load]) == expected)
    }

    @Test func `an engine that does not tell what it runs is not full for what it computes`() {
        let load = EndpointLoad.reporting(usage: 0.2, inFlight: 50, at: now)
        #expect(level(UtilizationDetector(), [load]) == 0.5)
        let full = EndpointLoad.reporting(usage: 0.2, inFlight: 100, at: now)
        #expect(level(UtilizationDetector(), [full]) == 1)
        let queueing = EndpointLoad.reporting(waiting: 5, usage: 0.2, inFlight: 50, at: now)
        #expect(level(UtilizationDetector(), [queueing]) == 1)
    }

    @Test func `requests whose prompt another endpoint computes do not wait yet`() {
        var load = EndpointLoad.reporting(running: 5, inFlight: 12, prefilling: 5, at: now)
        #expect(level(UtilizationDetector(), [load]) == 1)
        load.awaitingPrefill = 5
        #expect(level(UtilizationDetector(), [load]) == 0.4)
        load.awaitingPrefill = .max
        #expect(level(UtilizationDetector(), [load]) == 0)
        load.awaitingPrefill = .min
        #expect(level(UtilizationDetector(), [load]) == 1)
    }

    @Test func `endpoints that only compute prompts have what they compute to do`() {
        let endpoints = [EndpointRole.prefill, .decode].enumerated().map { number, role in
            Endpoint(
                id: EndpointID(rawValue: UInt32(number)),
                name: "e\(number)",
                address: "e\(number):80",
                role: role
            )
        }
        let snapshot = EndpointSnapshot(generation: 1, endpoints: endpoints)
        var loads = [
            EndpointLoad.reporting(running: 1, inFlight: 90, prefilling: 4, at: now),
            .reporting(inFlight: 90, prefilling: 0, at: now),
        ]
        loads[0].awaitingPrefill = 90
        loads[1].awaitingPrefill = 4
        let pool = PoolLoads(loads, in: snapshot)
        let fullness = PoolFullness(of: pool, by: UtilizationDetector(), at: now)
        #expect(fullness.prefill.level() == 0.6)
        #expect(fullness.decode.level() == 0)
    }

    @Test func `to drop requests a fresh report stands alone`() {
        let fresh = EndpointLoad.reporting(waiting: 1, inFlight: 40, at: now)
        let stale = EndpointLoad.reporting(waiting: 1, inFlight: 40, at: now - .seconds(4))
        let detectors: [any SaturationDetector] = [
            UtilizationDetector(), MaxSaturationDetector([UtilizationDetector()]),
        ]
        for detector in detectors {
            let shedding = detector.forShedding
            let pending = PendingRequests(requests: 3)
            let fullness = PoolFullness(of: PoolLoads([fresh]), by: shedding, at: now)
            #expect(fullness.level(with: pending) == 0.2)
            let blind = PoolFullness(of: PoolLoads([stale]), by: shedding, at: now)
            #expect(blind.level() == 0.4)
        }
    }

    @Test(
        arguments: [
            (age: 3, bound: nil, isStale: false), (age: 4, bound: nil, isStale: true),
            (age: 4, bound: 15, isStale: false), (age: 16, bound: 15, isStale: true),
            (age: 3, bound: 1, isStale: false),
        ] as [(age: Int, bound: Int?, isStale: Bool)]
    )
    func `a report is believed until the next one should be there`(
        age: Int,
        bound: Int?,
        isStale: Bool
    ) {
        let loads = [EndpointLoad.reporting(at: now - .seconds(age))]
        let reportAgeMax = bound.map { Duration.seconds($0) }
        let snapshot = EndpointSnapshot(
            generation: 1,
            endpoints: [
                Endpoint(
                    id: EndpointID(rawValue: 0),
                    name: "e",
                    address: "e:80",
                    role: .both
                )
            ]
        )
        for pool in [
            PoolLoads(loads, reportAgeMax: reportAgeMax),
            PoolLoads(loads, in: snapshot, reportAgeMax: reportAgeMax),
        ] {
            let fullness = PoolFullness(of: pool, by: UtilizationDetector(), at: now)
            #expect(fullness.staleEndpoints == (isStale ? 1 : 0))
        }
    }
}
