import Domain
import FlowControl
import Testing

@Suite struct SaturationDetectorTests {
    private let now = ContinuousClock.now

    private func level(
        _ detector: some SaturationDetector,
        _ loads: [EndpointLoad],
        pending: PendingRequests = PendingRequests()
    ) -> Double {
        PoolFullness(of: PoolLoads(loads), by: detector, at: now).level(with: pending)
    }

    @Test(
        arguments: [
            (waiting: 0, usage: 0, level: 0),
            (waiting: 5, usage: 0, level: 1),
            (waiting: 10, usage: 0.4, level: 2),
            (waiting: 1, usage: 0.4, level: 0.5),
            (waiting: 0, usage: 0.8, level: 1),
            (waiting: 0, usage: 1, level: 1.25),
            (waiting: 0, usage: .nan, level: 0),
            (waiting: -3, usage: -1, level: 0),
            (waiting: 0, usage: .infinity, level: 1.25),
        ] as [(waiting: Int32, usage: Double, level: Double)]
    )
    func `an endpoint is as full as the fuller of its queue and its cache`(
        waiting: Int32,
        usage: Double,
        level expected: Double
    ) {
        let load = EndpointLoad.reporting(waiting: waiting, usage: usage, at: now)
        #expect(level(UtilizationDetector(), [load]) == expected)
    }

    @Test func `a pool is as full as its endpoints on average`() {
        let loads = [
            EndpointLoad.reporting(waiting: 10, at: now), .reporting(usage: 0.4, at: now),
            .reporting(at: now), .reporting(at: now),
        ]
        #expect(level(UtilizationDetector(), loads) == 0.625)
    }

    @Test func `an endpoint without a fresh report counts by what is in flight there`() {
        let old = now - .seconds(4)
        let loads = [
            EndpointLoad.reporting(waiting: 50, inFlight: 25, at: old),
            .fake { $0.inFlightTokens = 750_000 },
        ]
        let fullness = PoolFullness(of: PoolLoads(loads), by: UtilizationDetector(), at: now)
        #expect(fullness.level() == 0.5)
        #expect(fullness.staleEndpoints == 2)
    }

    @Test(arguments: [
        (ConcurrencyDetector(), 0.15), (ConcurrencyDetector(mode: .tokens), 0.35),
        (ConcurrencyDetector(mode: .hybrid), 0.35),
        (ConcurrencyDetector(mode: .hybrid, requestsMax: 10), 1.5),
    ])
    func `what is in flight counts as a share of what the pool takes`(
        detector: ConcurrencyDetector,
        expected: Double
    ) {
        let loads = [
            EndpointLoad.fake {
                $0.inFlightRequests = 10
                $0.inFlightTokens = 700_000
            }, .fake { $0.inFlightRequests = 20 },
        ]
        #expect(level(detector, loads) == expected)
    }

    @Test(arguments: [1, 3, 7, 49, 1000])
    func `a pool at its bound is saturated and with one place free is not`(requestsMax: Int) {
        let detector = ConcurrencyDetector(requestsMax: requestsMax)
        let loads = [EndpointLoad](repeating: EndpointLoad(), count: 3)
        let full = PendingRequests(requests: 3 * requestsMax)
        let almost = PendingRequests(requests: 3 * requestsMax - 1)
        #expect(level(detector, loads, pending: full) == 1)
        #expect(level(detector, loads, pending: almost) < 1)
    }

    @Test func `pending requests and tokens fill the pool`() {
        let pending = PendingRequests(requests: 5, tokens: 900_000)
        let idle = [EndpointLoad.reporting(at: now)]
        #expect(level(UtilizationDetector(), idle, pending: pending) == 1)
        #expect(level(ConcurrencyDetector(mode: .tokens), idle, pending: pending) == 0.9)
    }

    @Test func `of several detectors the one that sees the pool fullest counts`() {
        let detectors = MaxSaturationDetector([
            UtilizationDetector(), ConcurrencyDetector(requestsMax: 4),
        ])
        let load = EndpointLoad.reporting(waiting: 1, running: 2, inFlight: 3, at: now)
        #expect(level(detectors, [load]) == 0.75)
        #expect(level(detectors, [.reporting(waiting: 9, at: now)]) == 1.8)
    }

    @Test func `the fuller stage of a disaggregated pool counts`() {
        let endpoints: [Endpoint] = [(0, EndpointRole.prefill), (1, .decode), (2, .encode)].map {
            Endpoint(
                id: EndpointID(rawValue: $0.0),
                name: "e\($0.0)",
                address: "e\($0.0):80",
                role: $0.1
            )
        }
        let snapshot = EndpointSnapshot(generation: 1, endpoints: endpoints)
        var loads = [EndpointLoad](repeating: EndpointLoad(), count: 3)
        loads[0].inFlightRequests = 90
        loads[0].prefillingRequests = 30
        loads[1].inFlightRequests = 20
        loads[2].inFlightRequests = 99
        let fullness = PoolFullness(
            of: PoolLoads(loads, in: snapshot),
            by: ConcurrencyDetector(),
            at: now
        )
        #expect(fullness.prefill.level() == 0.3)
        #expect(fullness.decode.level() == 0.2)
        #expect(fullness.level() == 0.3)
    }

    @Test func `a pool of which no endpoint generates tokens is empty`() {
        let endpoint = Endpoint(
            id: EndpointID(rawValue: 0),
            name: "e",
            address: "e:80",
            role: .prefill
        )
        let snapshot = EndpointSnapshot(generation: 1, endpoints: [endpoint])
        let pool = PoolLoads([EndpointLoad()], in: snapshot)
        #expect(PoolFullness(of: pool, by: ConcurrencyDetector(), at: now).isEmpty)
        #expect(PoolFullness(of: PoolLoads([]), by: UtilizationDetector(), at: now).isEmpty)
    }

    @Test(arguments: [
        (saturation: 0.0, share: 0.0), (0.1, 0.003), (0.2, 0.096), (0.5, 1), (1, 1), (9, 1),
        (.nan, 0), (-1, 0),
    ])
    func `requests that may be dropped are dropped the more often the fuller the pool is`(
        saturation: Double,
        share: Double
    ) {
        let found = ProbabilisticAdmitter().sheddingShare(at: saturation)
        #expect(abs(found - share) < 1e-12)
    }

    @Test func `requests that may not be dropped are not dropped by chance`() {
        let admitter = ProbabilisticAdmitter()
        #expect(!admitter.sheds(priority: 0, saturation: 1, chance: 0))
        #expect(admitter.sheds(priority: -1, saturation: 1, chance: 0.999))
        #expect(!admitter.sheds(priority: -1, saturation: 0.2, chance: 0.2))
    }
}
