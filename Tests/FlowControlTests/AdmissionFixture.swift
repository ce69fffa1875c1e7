import Domain
import FlowControl
import Telemetry

/// An admission before a pool that takes `requestsMax` requests at each endpoint.
struct AdmissionFixture: Sendable {
    enum Outcome: Equatable, Sendable {
        case success
        case failure(PickError)
    }

    let pool: FakePool
    let clock: ManualClock
    let registry = MetricsRegistry()
    let admission: Admission

    /// - Parameters:
    ///   - detector: nil for one of requests in flight.
    ///   - clock: nil for the real one.
    init(
        endpoints: Int,
        requestsMax: Int = 2,
        flowControl: FlowControlConfig? = FlowControlConfig(),
        admitter: ProbabilisticAdmitter? = nil,
        detector: (any SaturationDetector)? = nil,
        clock: ManualClock? = ManualClock()
    ) {
        let pool = FakePool(endpoints: endpoints)
        self.pool = pool
        self.clock = clock ?? ManualClock()
        var config = AdmissionConfig()
        config.flowControl = flowControl
        config.detector = detector ?? ConcurrencyDetector(requestsMax: requestsMax)
        config.admitter = admitter
        admission = Admission(
            config,
            metrics: FlowControlMetrics(registry: registry, poolName: "pool"),
            now: { clock?.now ?? .now },
            pool: { pool.loads }
        )
    }

    func config(
        requestsMax: Int,
        flowControl: FlowControlConfig = FlowControlConfig()
    ) -> AdmissionConfig {
        var config = AdmissionConfig()
        config.flowControl = flowControl
        config.detector = ConcurrencyDetector(requestsMax: requestsMax)
        return config
    }

    /// One request on its way to an endpoint, where it stays.
    func pass(
        priority: Int = 0,
        flow: String = InferenceRequest.defaultFairnessID,
        bytes: Int = 1,
        reserves: Bool = true
    ) async -> Outcome {
        do {
            let permit = try await admission.admit(
                .fake(priority: priority, flow: flow),
                bytes: bytes
            )
            if reserves { pool.reserve() }
            permit.giveBack()
            return .success
        } catch {
            return .failure(error)
        }
    }

    func start(
        _ flow: String,
        priority: Int = 0
    ) -> Task<Outcome, Never> {
        Task { await pass(priority: priority, flow: flow) }
    }

    func fillPool(_ requests: Int = 2) {
        for _ in 0..<requests { pool.reserve() }
    }

    /// Returns when so many wait and none is on its way to an endpoint, or when the test's time is
    /// over.
    func untilWaiting(_ count: Int) async {
        while admission.waitingCount != count || admission.pendingCount != 0, !Task.isCancelled {
            await Task.yield()
        }
    }
}

extension InferenceRequest {
    static func fake(
        priority: Int = 0,
        flow: String = InferenceRequest.defaultFairnessID
    ) -> InferenceRequest {
        var request = InferenceRequest(model: "m")
        request.priority = priority
        request.fairnessID = flow
        return request
    }
}
