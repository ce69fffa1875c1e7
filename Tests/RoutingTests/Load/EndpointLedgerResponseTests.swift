import Domain
import Routing
import Synchronization
import Testing

@Suite struct EndpointLedgerResponseTests {
    // MARK: Rates

    /// Sends a request and has its first token come when an engine of that speed would send it.
    private func serve(_ pool: LedgerPool, at position: Int, uncached: Int, speed: Double) throws {
        let decision = pool.decision(at: position, uncached: uncached)
        let lease = try pool.reserve(LedgerPool.demand, decision).lease
        pool.clock.advance(.seconds(0.02 + Double(uncached) / speed))
        lease.responseBegan(status: 200)
        lease.firstBytes()
        lease.responseEnded()
    }

    @Test func `two speeds in one pool are told apart within fifty requests each`() throws {
        let pool = LedgerPool(4)
        var chance = Chance(11)
        for _ in 0..<50 {
            for position in 0..<4 {
                try serve(
                    pool,
                    at: position,
                    uncached: 100 + chance.below(8000),
                    speed: (position < 2 ? 4_000 : 32_000) * (0.9 + 0.2 * chance.next())
                )
            }
        }
        for load in pool.loads[..<2] {
            #expect(abs(load.prefillRate.tokensPerSecond / 4_000 - 1) < 0.15, "\(load)")
        }
        for load in pool.loads[2...] {
            #expect(abs(load.prefillRate.tokensPerSecond / 32_000 - 1) < 0.2, "\(load)")
        }
    }

    @Test func `who has taught nothing is taken to be like the others`() throws {
        var pool = LedgerPool(2)
        for _ in 0..<100 { try serve(pool, at: 0, uncached: 5000, speed: 2_000) }
        #expect(abs(pool.loads[1].prefillRate.tokensPerSecond / 2_000 - 1) < 0.2)
        pool.snapshot = pool.snapshot.successor(
            with: pool.snapshot.endpoints + [LedgerPool.endpoint(7)]
        )
        #expect(abs(pool.loads[2].prefillRate.tokensPerSecond / 2_000 - 1) < 0.2)
    }

    @Test func `a prompt that waits for others teaches the time for all of them`() throws {
        let pool = LedgerPool(1)
        for _ in 0..<100 {
            let first = try pool.reserve(LedgerPool.demand, pool.decision(at: 0, uncached: 6000))
                .lease
            let second = try pool.reserve(LedgerPool.demand, pool.decision(at: 0, uncached: 2000))
                .lease
            pool.clock.advance(.seconds(2))
            first.firstBytes()
            pool.clock.advance(.seconds(2) / 3)
            second.firstBytes()
        }
        #expect(abs(pool.loads[0].prefillRate.tokensPerSecond / 3_000 - 1) < 0.1)
    }

    @Test func `a server knows of a request once its prompt is computed elsewhere`() throws {
        let pool = LedgerPool(2)
        let lease = try pool.reserve(
            LedgerPool.demand,
            pool.decision(at: 0, prefillAt: 1)
        ).lease
        #expect(pool.loads.map(\.awaitingPrefill) == [1, 0])
        lease.firstBytes()
        #expect(pool.loads.map(\.awaitingPrefill) == [0, 0])
        lease.responseEnded()
        #expect(pool.loads.map(\.awaitingPrefill) == [0, 0])
    }

    @Test func `an endpoint that others answer for is broken, however well they do`() throws {
        let pool = LedgerPool(2)
        var decision = pool.decision(at: 0)
        decision.fallbacks = [pool.snapshot.endpoints[1]]
        for _ in 0..<3 {
            let lease = try pool.reserve(LedgerPool.demand, decision).lease
            pool.clock.advance(.seconds(1))
            lease.responseBegan(status: 200, servedBy: "10.0.0.1:80")
            #expect(pool.loads[0].prefillingRequests == 0)
            lease.firstBytes()
            lease.responseEnded()
        }
        #expect(pool.loads[0].isBroken)
        #expect(pool.loads[0].prefillRate == PrefillRate())
        // Its own address, as some gateway spells it.
        for _ in 0..<3 {
            try pool.lease(at: 1).responseBegan(status: 200, servedBy: "010.0.0.1:80")
        }
        #expect(!pool.loads[1].isBroken)
    }

    @Test func `errors, guesses and later bytes teach nothing`() throws {
        let pool = LedgerPool(1)
        let failed = try pool.lease(at: 0)
        var guessed = LedgerPool.demand
        guessed.teachesRate = false
        let guess = try pool.lease(at: 0, guessed)
        var unseen = LedgerPool.demand
        unseen.seesFirstToken = false
        let whole = try pool.lease(at: 0, unseen)
        let aborted = try pool.lease(at: 0)
        pool.clock.advance(.seconds(50))
        failed.responseBegan(status: 404)
        #expect(pool.loads[0].prefillingRequests == 2, "an error computes no prompt")
        for lease in [failed, guess, whole] { lease.firstBytes() }
        aborted.responseEnded()
        #expect(pool.loads[0].prefillingRequests == 0)
        #expect(pool.loads[0].prefillRate == PrefillRate())
    }

    // MARK: Failures

    private func fail(_ pool: LedgerPool, _ count: Int, status: Int = 503) throws {
        for _ in 0..<count { try pool.lease(at: 0).responseBegan(status: status) }
    }

    @Test(arguments: [500, 502, 503]) func `three failures in a row break an endpoint`(
        status: Int
    ) throws {
        let pool = LedgerPool(2)
        try fail(pool, 2, status: status)
        #expect(!pool.loads[0].isBroken)
        try fail(pool, 1, status: status)
        #expect(pool.loads.map(\.isBroken) == [true, false])
        pool.clock.advance(.seconds(10))
        #expect(!pool.loads[0].isBroken)
    }

    @Test func `after a break one request probes, and its success ends it`() throws {
        let pool = LedgerPool(1)
        try fail(pool, 3)
        pool.clock.advance(.seconds(10))
        let probe = try pool.lease(at: 0)
        #expect(pool.loads[0].isBroken, "of the others, none should go there")
        probe.responseBegan(status: 200)
        #expect(!pool.loads[0].isBroken)
    }

    @Test func `a probe whose client goes away makes way for the next`() throws {
        let pool = LedgerPool(1)
        try fail(pool, 3)
        pool.clock.advance(.seconds(10))
        var probe: EndpointLease? = try pool.lease(at: 0)
        #expect(pool.loads[0].isBroken)
        extendLifetime(probe)
        probe = nil
        #expect(!pool.loads[0].isBroken)
    }

    @Test func `what ends without an answer, and an answer below 500, are no failures`() throws {
        let pool = LedgerPool(1)
        try fail(pool, 2)
        for _ in 0..<5 { try pool.lease(at: 0).responseEnded() }
        try pool.lease(at: 0).responseBegan(status: nil)
        #expect(!pool.loads[0].isBroken)
        try fail(pool, 1)
        #expect(pool.loads[0].isBroken, "they are no successes, either")
        try fail(pool, 1, status: 429)
        #expect(!pool.loads[0].isBroken)
    }

    // MARK: Ends that are never told

    @Test func `a request that never ends is dropped in the end`() throws {
        let pool = LedgerPool(1)
        let old = try pool.lease(at: 0)
        pool.clock.advance(.seconds(1800))
        let young = try pool.lease(at: 0)
        pool.clock.advance(.seconds(1800))
        #expect(pool.loads[0].inFlightRequests == 1)
        #expect(pool.ledger.expiredTotal == 1)
        old.responseEnded()
        #expect(pool.loads[0].inFlightRequests == 1)
        young.responseEnded()
        #expect(pool.loads[0].inFlightRequests == 0)
    }

    @Test func `beyond the greatest number of requests the oldest is dropped`() throws {
        var config = EndpointLedgerConfig()
        config.reservationsMax = 2
        let pool = LedgerPool(3, config: config)
        let leases = try (0..<3).map { try pool.lease(at: $0) }
        #expect(pool.loads.map(\.inFlightRequests) == [0, 1, 1])
        extendLifetime(leases)
    }

    @Test func `a prompt of which nothing is heard counts for a while, and longer if it is long`()
        throws
    {
        let pool = LedgerPool(2)
        let short = try pool.lease(at: 0)
        // At 15,928 tokens a second, 62.8 s: waited for four times as long.
        let long = try pool.reserve(LedgerPool.demand, pool.decision(at: 1, uncached: 1_000_000))
            .lease
        pool.clock.advance(.seconds(119))
        #expect(pool.loads.map(\.prefillingRequests) == [1, 1])
        pool.clock.advance(.seconds(1))
        #expect(pool.loads.map(\.prefillingRequests) == [0, 1])
        pool.clock.advance(.seconds(120))
        #expect(pool.loads.map(\.prefillingRequests) == [0, 1])
        pool.clock.advance(.seconds(120))
        #expect(pool.loads.map(\.prefillingRequests) == [0, 0])
        #expect(pool.loads.map(\.inFlightRequests) == [1, 1])
        extendLifetime((short, long))
    }

    @Test func `where nobody sees the first token, the prompt is computed when it should be`()
        throws
    {
        let pool = LedgerPool(1)
        var demand = LedgerPool.demand
        demand.seesFirstToken = false
        let leases = try (1...2).map { _ in
            try pool.reserve(demand, pool.decision(at: 0, uncached: 15_928)).lease
        }
        #expect(pool.loads[0].prefillingTokens == 2 * 15_928)
        pool.clock.advance(.seconds(1.01))
        #expect(pool.loads[0].prefillingTokens == 15_928)
        pool.clock.advance(.seconds(1))
        #expect(pool.loads[0].prefillingTokens == 0)
        #expect(pool.loads[0].inFlightRequests == 2)
        for lease in leases { lease.responseEnded() }
        #expect(pool.loads[0].inFlightRequests == 0)
    }

    @Test func `an estimate is of one request, not of the next in its slot`() throws {
        let pool = LedgerPool(1)
        var demand = LedgerPool.demand
        demand.seesFirstToken = false
        try pool.lease(at: 0, demand).responseEnded()
        let next = try pool.lease(at: 0)
        pool.clock.advance(.seconds(60))
        #expect(pool.loads[0].prefillingRequests == 1)
        extendLifetime(next)
    }

    // MARK: Being told

    @Test func `whoever waits for room is told when there is some`() throws {
        let pool = LedgerPool(1)
        let told = Mutex(0)
        pool.ledger.onRelease { told.withLock { $0 += 1 } }
        let lease = try pool.lease(at: 0)
        lease.responseBegan(status: 200)
        #expect(told.withLock { $0 } == 0)
        lease.firstBytes()
        #expect(told.withLock { $0 } == 1)
        lease.responseEnded()
        #expect(told.withLock { $0 } == 2)
        lease.responseEnded()
        #expect(told.withLock { $0 } == 2)

        let forgotten = try pool.lease(at: 0)
        pool.clock.advance(.seconds(3600))
        pool.ledger.endDue()
        #expect(told.withLock { $0 } == 3)
        extendLifetime(forgotten)
    }

    @Test func `whoever is told may ask`() throws {
        let pool = LedgerPool(1)
        let seen = Mutex<[Int32]>([])
        let (ledger, snapshot) = (pool.ledger, pool.snapshot)
        ledger.onRelease {
            seen.withLock { $0.append(ledger.loads(in: snapshot)[0].inFlightRequests) }
        }
        let first = try pool.lease(at: 0)
        let second = try pool.lease(at: 0)
        first.responseEnded()
        second.responseEnded()
        #expect(seen.withLock { $0 } == [1, 0])
    }
}
