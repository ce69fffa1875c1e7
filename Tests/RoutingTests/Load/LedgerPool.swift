import Domain
import KVIndexer
import Routing
import Scheduling
import Synchronization

/// Endpoints 0, 1, 2... and what reserving at them takes.
struct LedgerPool {
    let ledger: EndpointLedger
    let clock = ManualClock()
    var snapshot: EndpointSnapshot

    init(
        _ count: Int,
        dataParallelSize: Int = 1,
        config: EndpointLedgerConfig = EndpointLedgerConfig()
    ) {
        ledger = EndpointLedger(config: config) { [clock] in clock.now }
        snapshot = EndpointSnapshot(
            generation: 1,
            endpoints: (0..<count).map {
                LedgerPool.endpoint($0, dataParallelSize: dataParallelSize)
            }
        )
    }

    static func endpoint(_ number: Int, dataParallelSize: Int = 1) -> Endpoint {
        Endpoint(
            id: EndpointID(rawValue: UInt32(number)),
            name: "e\(number)",
            address: "10.0.0.\(number):80",
            dataParallelSize: dataParallelSize
        )
    }

    var loads: [EndpointLoad] { ledger.loads(in: snapshot) }

    /// A request of 100 prompt tokens, 60 of which have to be computed, and 20 to generate.
    static let demand = {
        var demand = ReservationDemand()
        demand.promptTokens = 100
        demand.outputTokens = 20
        demand.seesFirstToken = true
        return demand
    }()

    func decision(
        at position: Int,
        uncached: Int = 60,
        prefillAt prefill: Int? = nil
    ) -> RoutingDecision {
        let endpoint = snapshot.endpoints[position]
        var decision = RoutingDecision(endpoint: endpoint, matchedBlocks: 0, blockCount: 0)
        decision.uncachedTokens = uncached
        decision.prefill = prefill.map {
            PrefillDecision(endpoint: snapshot.endpoints[$0], uncachedTokens: uncached)
        }
        return decision
    }

    func reserve(
        _ demand: ReservationDemand = LedgerPool.demand,
        _ decision: RoutingDecision
    ) throws -> (decision: RoutingDecision, lease: EndpointLease) {
        var demand = demand
        return try ledger.reserve(&demand, in: snapshot, at: clock.now) { _, _, _, _ in decision }
    }

    func lease(at position: Int, _ demand: ReservationDemand = LedgerPool.demand) throws
        -> EndpointLease
    {
        try reserve(demand, decision(at: position)).lease
    }
}

/// Time that goes on when it is told to.
final class ManualClock: Sendable {
    private let instant = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { instant.withLock { $0 } }

    func advance(_ duration: Duration) {
        instant.withLock { $0 = $0.advanced(by: duration) }
    }
}

/// Numbers in 0..<1 that look random and are the same in every run.
struct Chance {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    /// Xorshift, with multipliers of Vigna's xorshift64*.
    mutating func next() -> Double {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Double((state &* 0x2545_F491_4F6C_DD1D) >> 11) / Double(1 << 53)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() * Double(bound)) }
}
