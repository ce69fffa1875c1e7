import Domain
import FlowControl
import Routing
import Synchronization
import Telemetry
import Testing

/// The ledger tells admission when there is room, and admission asks the ledger under its own lock.
@Suite(.timeLimit(.minutes(1))) struct LedgerAdmissionTests {
    @Test func `a prompt that is taken to be computed while another request asks wakes who waits`()
        async throws
    {
        let pool = LedgerPool(1)
        let (ledger, snapshot) = (pool.ledger, pool.snapshot)
        var config = AdmissionConfig()
        config.flowControl = FlowControlConfig()
        config.detector = ConcurrencyDetector(requestsMax: 1)
        let admission = Admission(
            config,
            metrics: FlowControlMetrics(registry: MetricsRegistry(), poolName: "pool"),
            now: { [clock = pool.clock] in clock.now },
            pool: { PoolLoads(ledger.loads(in: snapshot), in: snapshot) }
        )
        ledger.onRelease { admission.capacityChanged() }
        var unseen = LedgerPool.demand
        unseen.seesFirstToken = false
        let request = InferenceRequest(model: "m")
        var first: EndpointLease? = try pool.lease(at: 0, unseen)
        async let second: Void = {
            let permit = try await admission.admit(request, bytes: 1)
            permit.giveBack()
        }()
        while admission.waitingCount < 1 { await Task.yield() }
        // Due now: whoever reads the loads next finds out.
        pool.clock.advance(.seconds(30))
        async let third: Void = {
            let permit = try await admission.admit(request, bytes: 1)
            permit.giveBack()
        }()
        while admission.waitingCount < 2 { await Task.yield() }
        #expect(first != nil)
        first = nil
        try await second
        try await third
        #expect(admission.waitingCount == 0)
    }

    @Test func `what is noticed while loads are read is told by the next call`() throws {
        let pool = LedgerPool(1)
        let told = Atomic(0)
        pool.ledger.onRelease { told.add(1, ordering: .relaxed) }
        var unseen = LedgerPool.demand
        unseen.seesFirstToken = false
        let lease = try pool.lease(at: 0, unseen)
        pool.clock.advance(.seconds(30))
        #expect(pool.loads[0].prefillingRequests == 0)
        #expect(told.load(ordering: .relaxed) == 0)
        pool.ledger.endDue()
        #expect(told.load(ordering: .relaxed) == 1)
        withExtendedLifetime(lease) {}
    }
}
