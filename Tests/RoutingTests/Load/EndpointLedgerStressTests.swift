import Domain
import Routing
import Synchronization
import Testing

@Suite struct EndpointLedgerStressTests {
    /// The pool as it is at the moment: endpoints of a greater one come and go.
    private final class ChangingPool: Sendable {
        private let snapshot: Mutex<EndpointSnapshot>
        private let all: [Endpoint]

        init(_ all: [Endpoint]) {
            self.all = all
            snapshot = Mutex(EndpointSnapshot(generation: 1, endpoints: all))
        }

        var current: EndpointSnapshot { snapshot.withLock { $0 } }

        func change(_ chance: inout Chance) {
            let kept = all.filter { _ in chance.next() < 0.7 }
            snapshot.withLock { $0 = $0.successor(with: kept.isEmpty ? all : kept) }
        }

        func restore() { snapshot.withLock { $0 = $0.successor(with: all) } }
    }

    /// One picker of many: sends requests, and lets them end in every way there is.
    private static func play(_ seed: UInt64, _ ledger: EndpointLedger, _ pool: ChangingPool) {
        var chance = Chance(seed)
        var leases: [EndpointLease] = []
        for _ in 0..<4000 {
            switch chance.below(12) {
            case 0..<5:
                if let lease = reserve(&chance, ledger, pool.current) { leases.append(lease) }
            case 5: leases.randomElement(&chance)?.firstBytes()
            case 6: leases.randomElement(&chance)?.responseBegan(status: 100 + chance.below(500))
            case 7: leases.randomElement(&chance)?.responseEnded()
            case 8, 9: if !leases.isEmpty { leases.remove(at: chance.below(leases.count)) }
            case 10: if chance.next() < 0.05 { pool.change(&chance) }
            default:
                ledger.report(EngineReport(), of: EndpointID(rawValue: UInt32(chance.below(9))))
            }
        }
    }

    private static func reserve(
        _ chance: inout Chance,
        _ ledger: EndpointLedger,
        _ snapshot: EndpointSnapshot
    ) -> EndpointLease? {
        var demand = LedgerPool.demand
        demand.promptTokens = chance.below(10_000)
        demand.seesFirstToken = chance.next() < 0.5
        let endpoint = snapshot.endpoints[chance.below(snapshot.endpoints.count)]
        let prefiller = snapshot.endpoints[chance.below(snapshot.endpoints.count)]
        var decision = RoutingDecision(endpoint: endpoint, matchedBlocks: 0, blockCount: 0)
        decision.uncachedTokens = chance.below(10_000)
        if chance.next() < 0.3 {
            decision.prefill = PrefillDecision(endpoint: prefiller, uncachedTokens: 7)
        }
        let fails = chance.next() < 0.1
        return try? ledger.reserve(&demand, in: snapshot, at: .now) {
            _,
            _,
            _,
            _ throws(PickError) in
            if fails { throw .saturated }
            return decision
        }.lease
    }

    @Test func `whatever happens at once, in the end nothing is in flight`() async {
        let pool = ChangingPool(
            (0..<8).map { LedgerPool.endpoint($0, dataParallelSize: $0 % 3 + 1) }
        )
        let ledger = EndpointLedger()
        await withTaskGroup { group in
            for seed in 1...6 { group.addTask { Self.play(UInt64(seed), ledger, pool) } }
        }
        pool.restore()
        let loads = ledger.loads(in: pool.current)
        #expect(loads.count == 8)
        for load in loads {
            #expect(load.inFlightRequests == 0)
            #expect(load.inFlightTokens == 0)
            #expect(load.prefillingRequests == 0)
            #expect(load.prefillingTokens == 0)
        }
        #expect(ledger.inFlightTotal == 0)
        #expect(ledger.expiredTotal == 0)
        // Ranks, too: if any were still counted, they would not come in turn.
        let snapshot = pool.current
        let ranks = (0..<6).compactMap { _ in
            var demand = LedgerPool.demand
            return try? ledger.reserve(&demand, in: snapshot, at: .now) { _, _, _, _ in
                RoutingDecision(endpoint: snapshot.endpoints[2], matchedBlocks: 0, blockCount: 0)
            }.decision.rank
        }
        #expect(ranks.sorted() == [0, 0, 1, 1, 2, 2])
    }
}

extension Array {
    fileprivate func randomElement(_ chance: inout Chance) -> Element? {
        isEmpty ? nil : self[chance.below(count)]
    }
}
