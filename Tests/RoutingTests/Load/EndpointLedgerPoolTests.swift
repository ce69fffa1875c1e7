import Domain
import Routing
import Testing

@Suite struct EndpointLedgerPoolTests {
    @Test func `an endpoint with another number of ranks gets only those it has`() throws {
        var pool = LedgerPool(1, dataParallelSize: 4)
        var held: [EndpointLease] = []
        for _ in 0..<6 { held.append(try pool.lease(at: 0)) }
        pool.snapshot = pool.snapshot.successor(
            with: [LedgerPool.endpoint(0, dataParallelSize: 2)]
        )
        var ranks: [Int?] = []
        for _ in 0..<4 {
            let (decision, lease) = try pool.reserve(LedgerPool.demand, pool.decision(at: 0))
            ranks.append(decision.rank)
            held.append(lease)
        }
        #expect(ranks == [0, 1, 0, 1])
        held.removeAll()
        #expect(pool.loads[0].inFlightRequests == 0)
    }

    private func successor(_ pool: LedgerPool, with numbers: [Int]) -> EndpointSnapshot {
        pool.snapshot.successor(with: numbers.map { LedgerPool.endpoint($0) })
    }

    @Test func `what is known of an endpoint stays with it when others come and go`() throws {
        var pool = LedgerPool(3)
        let leases = try [1, 2, 2].map { try pool.lease(at: $0) }
        pool.snapshot = successor(pool, with: [2, 5])
        #expect(pool.loads.map(\.inFlightRequests) == [2, 0])
        let later = try pool.lease(at: 1)
        leases[1].responseEnded()
        #expect(pool.loads.map(\.inFlightRequests) == [1, 1])
        leases[2].responseEnded()
        later.responseEnded()
        leases[0].responseEnded()
        #expect(pool.loads.map(\.inFlightRequests) == [0, 0])
        #expect(pool.ledger.inFlightTotal == 0)
    }

    @Test func `an endpoint that comes back begins anew, and is not charged for its old requests`()
        throws
    {
        var pool = LedgerPool(2)
        let old = try pool.lease(at: 1)
        for _ in 0..<3 { try pool.lease(at: 1).responseBegan(status: 500) }
        pool.snapshot = successor(pool, with: [0])
        pool.ledger.follow(pool.snapshot)
        pool.snapshot = successor(pool, with: [0, 1])
        #expect(pool.loads[1] == EndpointLoad())
        let new = try pool.lease(at: 1)
        old.firstBytes()
        old.responseEnded()
        #expect(pool.loads[1].inFlightRequests == 1)
        #expect(pool.loads[1].prefillingTokens == 60)
        extendLifetime(new)
    }

    @Test func `a decision on an older pool sees and takes the places of its endpoints`() throws {
        var pool = LedgerPool(3)
        let old = pool.snapshot
        pool.snapshot = successor(pool, with: [1, 2, 9])
        let lease = try pool.lease(at: 0)  // endpoint 1
        pool.snapshot = old
        var seen: [Int32] = []
        var demand = LedgerPool.demand
        let late = try pool.ledger.reserve(&demand, in: old, at: pool.clock.now) {
            loads,
            _,
            _,
            _ in
            seen = loads.map(\.inFlightRequests)
            return pool.decision(at: 1)
        }.lease
        #expect(seen == [0, 1, 0])
        #expect(pool.loads.map(\.inFlightRequests) == [0, 2, 0])
        let gone = try pool.lease(at: 0)
        #expect(pool.loads.map(\.inFlightRequests) == [0, 2, 0], "endpoint 0 has left")
        gone.firstBytes()
        gone.responseEnded()
        late.responseEnded()
        #expect(pool.loads.map(\.inFlightRequests) == [0, 1, 0])
        extendLifetime(lease)
    }

    @Test func `a break lasts as long when the pool changes`() throws {
        var pool = LedgerPool(2)
        for _ in 0..<3 { try pool.lease(at: 1).responseBegan(status: 500) }
        pool.snapshot = successor(pool, with: [1])
        #expect(pool.loads[0].isBroken)
        pool.clock.advance(.seconds(10))
        #expect(!pool.loads[0].isBroken)
    }
}
