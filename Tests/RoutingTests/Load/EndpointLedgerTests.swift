import Domain
import Routing
import Scheduling
import Testing

@Suite struct EndpointLedgerTests {
    @Test func `a request counts where it is sent until its response has ended`() throws {
        let pool = LedgerPool(2)
        let lease = try pool.lease(at: 1)
        #expect(pool.loads[0] == EndpointLoad())
        #expect(pool.loads[1].inFlightRequests == 1)
        #expect(pool.loads[1].inFlightTokens == 120)
        #expect(pool.loads[1].prefillingRequests == 1)
        #expect(pool.loads[1].prefillingTokens == 60)
        #expect(pool.loads[1].lastPick == lease.number)
        #expect(pool.ledger.inFlightTotal == 1)

        lease.responseBegan(status: 200)
        #expect(pool.loads[1].prefillingTokens == 60, "headers may come before the first token")
        lease.firstBytes()
        #expect(pool.loads[1].prefillingRequests == 0)
        #expect(pool.loads[1].prefillingTokens == 0)
        #expect(pool.loads[1].inFlightTokens == 120)
        lease.responseEnded()
        #expect(pool.loads[1].inFlightRequests == 0)
        #expect(pool.loads[1].inFlightTokens == 0)
        #expect(pool.ledger.inFlightTotal == 0)
    }

    @Test func `what is told after the end, or twice, changes nothing`() throws {
        let pool = LedgerPool(1)
        let other = try pool.lease(at: 0)
        let lease = try pool.lease(at: 0)
        for _ in 0..<2 {
            lease.responseEnded()
            lease.firstBytes()
            lease.responseBegan(status: 500)
        }
        let next = try pool.lease(at: 0)  // in the slot that became free
        lease.responseEnded()
        #expect(pool.loads[0].inFlightRequests == 2)
        #expect(pool.loads[0].prefillingTokens == 120)
        #expect(!pool.loads[0].isBroken)
        extendLifetime((other, next))
    }

    @Test func `a request that nobody holds any more has ended`() throws {
        let pool = LedgerPool(1)
        var lease: EndpointLease? = try pool.lease(at: 0)
        var copy = lease
        lease = nil
        #expect(pool.loads[0].inFlightRequests == 1, "the copy holds it: \(copy != nil)")
        copy = nil
        #expect(lease == nil && copy == nil)
        #expect(pool.loads[0].inFlightRequests == 0)
        #expect(pool.loads[0].prefillingTokens == 0)
    }

    @Test func `a pick sees the ones before it, and a number that grows`() throws {
        let pool = LedgerPool(3)
        var (leases, numbers, seen) = ([EndpointLease](), [UInt64](), [[Int32]]())
        for position in [2, 0, 2] {
            var demand = LedgerPool.demand
            leases.append(
                try pool.ledger.reserve(&demand, in: pool.snapshot, at: pool.clock.now) {
                    loads,
                    _,
                    number,
                    _ in
                    numbers.append(number)
                    seen.append(loads.map(\.inFlightRequests))
                    return pool.decision(at: position)
                }.lease
            )
        }
        #expect(seen == [[0, 0, 0], [0, 0, 1], [1, 0, 1]])
        #expect(numbers == [1, 2, 3])
        #expect(leases.map(\.number) == numbers)
        #expect(pool.loads.map(\.lastPick) == [2, 0, 3])
    }

    @Test func `a pick that fails takes nothing`() {
        let pool = LedgerPool(1)
        var demand = LedgerPool.demand
        #expect(throws: PickError.saturated) {
            _ = try pool.ledger.reserve(&demand, in: pool.snapshot, at: pool.clock.now) {
                _,
                _,
                _,
                _ throws(PickError) in throw .saturated
            }
        }
        #expect(pool.loads == [EndpointLoad()])
        #expect(pool.ledger.inFlightTotal == 0)
    }

    @Test func `who computes the prompt for another has it in flight up to the first token`()
        throws
    {
        let pool = LedgerPool(2)
        let lease = try pool.reserve(LedgerPool.demand, pool.decision(at: 0, prefillAt: 1)).lease
        #expect(pool.loads.map(\.inFlightRequests) == [1, 1])
        #expect(pool.loads.map(\.inFlightTokens) == [120, 100])
        #expect(pool.loads.map(\.prefillingRequests) == [0, 1])
        #expect(pool.loads.map(\.prefillingTokens) == [0, 60])
        #expect(pool.loads.map(\.lastPick) == [1, 1])
        lease.firstBytes()
        #expect(pool.loads.map(\.inFlightRequests) == [1, 0])
        #expect(pool.loads.map(\.prefillingTokens) == [0, 0])
        lease.responseEnded()
        #expect(pool.loads.map(\.inFlightRequests) == [0, 0])
        #expect(pool.loads.map(\.inFlightTokens) == [0, 0])
    }

    @Test func `a decision is cold if nobody holds any of the prompt`() throws {
        let pool = LedgerPool(2)
        let cold = try pool.lease(at: 0)
        var demand = LedgerPool.demand
        demand.precise.matches.add(EndpointMatch(endpoint: EndpointID(rawValue: 0), blocks: 1))
        let warm = try pool.lease(at: 1, demand)
        #expect(pool.loads.map(\.lastColdPick) == [cold.number, 0])
        #expect(pool.loads.map(\.lastPick) == [cold.number, warm.number])
    }

    @Test func `a decision without a rank gets the one with the fewest requests`() throws {
        let pool = LedgerPool(2, dataParallelSize: 2)
        let first = try pool.reserve(LedgerPool.demand, pool.decision(at: 0))
        #expect(first.decision.rank == 0)
        var fixed = pool.decision(at: 0)
        fixed.rank = 1
        let second = try pool.reserve(LedgerPool.demand, fixed)
        #expect(second.decision.rank == 1)
        first.lease.responseEnded()
        let third = try pool.reserve(LedgerPool.demand, pool.decision(at: 0, prefillAt: 1))
        #expect(third.decision.rank == 0)
        #expect(third.decision.prefill?.rank == 0, "ranks are those of each endpoint")
        #expect(
            try LedgerPool(1).reserve(LedgerPool.demand, pool.decision(at: 0)).decision.rank == nil
        )
        extendLifetime(second.lease)
    }

    @Test func `counts that make no sense are bounded`() throws {
        let pool = LedgerPool(1)
        var demand = LedgerPool.demand
        (demand.promptTokens, demand.outputTokens) = (.max, .max)
        let large = try pool.reserve(demand, pool.decision(at: 0, uncached: .max)).lease
        (demand.promptTokens, demand.outputTokens) = (.min, -1)
        let small = try pool.reserve(demand, pool.decision(at: 0, uncached: .min)).lease
        #expect(pool.loads[0].inFlightTokens == 2 << 32)
        #expect(pool.loads[0].prefillingTokens == 1 << 32)
        large.responseEnded()
        small.responseEnded()
        #expect(pool.loads[0].inFlightTokens == 0)
        #expect(pool.loads[0].prefillingTokens == 0)
    }

    @Test func `what an engine reports is shown until it reports again`() throws {
        let pool = LedgerPool(2)
        var report = EngineReport()
        report.waitingRequests = 5
        pool.ledger.report(report, of: EndpointID(rawValue: 1))
        #expect(pool.loads[1].report == EngineReport(), "nobody knows the endpoint")
        pool.ledger.report(report, of: EndpointID(rawValue: 1))
        #expect(pool.loads[0].report == EngineReport())
        #expect(pool.loads[1].report == report)
        extendLifetime(try pool.lease(at: 1))
        #expect(pool.loads[1].report == report)
    }

    /// Decisions must not cost what an array of the pool's size costs.
    @Test func `loads are changed where they are`() throws {
        let pool = LedgerPool(100)
        var addresses: Set<Int> = []
        var leases: [EndpointLease] = []
        for round in 0..<100 {
            var demand = LedgerPool.demand
            let reserved = try pool.ledger.reserve(
                &demand,
                in: pool.snapshot,
                at: pool.clock.now
            ) { loads, _, _, _ in
                let context = SchedulingContext(
                    request: InferenceRequest(model: "m"),
                    snapshot: pool.snapshot,
                    loads: loads
                )
                addresses.insert(Self.address(of: context.loads))
                return pool.decision(at: round)
            }
            leases.append(reserved.lease)
            if round % 3 == 0 { leases.removeFirst() }
            leases.last?.firstBytes()
        }
        #expect(addresses.count == 1)
    }

    private static func address(of loads: [EndpointLoad]) -> Int {
        // Compared, never followed.
        unsafe loads.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
    }

    @Test func `what was sent of late counts the less the longer ago`() throws {
        let pool = LedgerPool(2)
        _ = try pool.reserve(LedgerPool.demand, pool.decision(at: 0, uncached: 1000))
        #expect(pool.loads[0].recentTokens == 1000)
        pool.clock.advance(.seconds(120))
        _ = try pool.reserve(LedgerPool.demand, pool.decision(at: 1, uncached: 1000))
        #expect(abs(pool.loads[0].recentTokens - 500) < 1e-6)
        #expect(pool.loads[1].recentTokens == 1000)
        pool.clock.advance(.seconds(1_000_000))
        _ = try pool.reserve(LedgerPool.demand, pool.decision(at: 1, uncached: 7))
        #expect(pool.loads.map(\.recentTokens) == [0, 7])
    }
}
