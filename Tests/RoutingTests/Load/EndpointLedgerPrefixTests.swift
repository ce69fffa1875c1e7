import Domain
import KVIndexer
import Routing
import Testing

/// What a decision knows of the ones that came while its prompt was looked up.
@Suite struct EndpointLedgerPrefixTests {
    private static let size = BlockSize(tokenCount: 16)

    /// A prompt that is `common` blocks of one text, and then its own.
    private func prompt(
        _ name: UInt64,
        common: Int,
        blocks: Int = 10,
        space: UInt16 = 1,
        blockSize: BlockSize = size
    ) -> PromptBlocks {
        let keys = (0..<blocks).map { block in
            BlockKey(rawValue: UInt64(block) << 32 | (block < common ? 0 : name))
        }
        let chain = PromptBlocks.Chain(
            space: KeySpaceID(rawValue: space),
            blockSize: blockSize,
            keys: keys
        )
        return PromptBlocks(
            blockCount: blocks * blockSize.tokenCount / Self.size.tokenCount,
            blockSize: Self.size,
            chains: [chain]
        )
    }

    private func demand(
        _ pool: LedgerPool,
        _ blocks: PromptBlocks,
        holding matches: [EndpointMatch] = []
    ) -> ReservationDemand {
        var demand = LedgerPool.demand
        demand.lookup = pool.ledger.lookupBegins()
        demand.precise.blocks = blocks
        demand.precise.matches = PrefixMatches(blockCount: blocks.blockCount)
        for match in matches { demand.precise.matches.add(match) }
        return demand
    }

    /// What a decision for `demand` sees.
    private func seen(_ demand: ReservationDemand, _ pool: LedgerPool) throws -> PrefixMatches {
        var demand = demand
        var matches = PrefixMatches.none
        _ = try pool.ledger.reserve(&demand, in: pool.snapshot, at: pool.clock.now) {
            _,
            demand,
            _,
            _ in
            matches = demand.precise.matches
            return pool.decision(at: 0)
        }
        return matches
    }

    private func id(_ number: UInt32) -> EndpointID { EndpointID(rawValue: number) }

    @Test(arguments: [0, 1, 5, 10]) func `prompts share what they have in common`(common: Int)
        throws
    {
        let pool = LedgerPool(3)
        let second = demand(pool, prompt(2, common: common))
        let first = try pool.lease(at: 1, demand(pool, prompt(1, common: common)))
        let matches = try seen(second, pool)
        let expected = EndpointMatch(
            endpoint: id(1),
            blocks: Int32(common),
            expectedBlocks: Int32(common)
        )
        #expect(matches.endpoints == (common > 0 ? [expected] : []))
        extendLifetime(first)
    }

    @Test func `a pick is seen until a lookup can see its credit`() throws {
        let pool = LedgerPool(2)
        let early = demand(pool, prompt(2, common: 10))
        let first = try pool.lease(at: 1, demand(pool, prompt(1, common: 10)))
        let during = demand(pool, prompt(2, common: 10))
        pool.ledger.credited(first)
        let late = demand(pool, prompt(2, common: 10))
        #expect(try seen(early, pool).blocks(at: id(1)) == 10)
        #expect(try seen(during, pool).blocks(at: id(1)) == 10)
        #expect(try seen(late, pool).blocks(at: id(1)) == 0, "its own lookup tells")
    }

    @Test func `a match grows by what is expected, and keeps what is known`() throws {
        let pool = LedgerPool(2)
        let known = EndpointMatch(endpoint: id(1), blocks: 4, blocksByTier: [3, 1, 0, 0])
        let second = demand(pool, prompt(2, common: 7), holding: [known])
        let first = try pool.lease(at: 1, demand(pool, prompt(1, common: 7)))
        var grown = known
        (grown.blocks, grown.expectedBlocks) = (7, 3)
        #expect(try seen(second, pool).endpoints == [grown])
        let longer = EndpointMatch(endpoint: id(1), blocks: 8, blocksByTier: [8, 0, 0, 0])
        let third = demand(pool, prompt(3, common: 7), holding: [longer])
        #expect(try seen(third, pool)[id(1)] == longer, "nothing known is lost")
        extendLifetime(first)
    }

    @Test func `a match is of the rank that was picked`() throws {
        let pool = LedgerPool(2, dataParallelSize: 4)
        var decision = pool.decision(at: 1)
        decision.rank = 3
        let second = demand(
            pool,
            prompt(2, common: 7),
            holding: [EndpointMatch(endpoint: id(1), rank: 1, blocks: 4)]
        )
        let first = try pool.reserve(demand(pool, prompt(1, common: 7)), decision).lease
        let match = EndpointMatch(endpoint: id(1), rank: 3, blocks: 7, expectedBlocks: 7)
        #expect(try seen(second, pool)[id(1)] == match)
        extendLifetime(first)
    }

    @Test func `blocks of another size count as far as they fill ours`() throws {
        let pool = LedgerPool(2)
        let large = BlockSize(tokenCount: 24)
        let second = demand(pool, prompt(2, common: 3, blockSize: large))
        let first = try pool.lease(at: 1, demand(pool, prompt(1, common: 3, blockSize: large)))
        #expect(try seen(second, pool).blocks(at: id(1)) == 4)  // 72 tokens
        extendLifetime(first)
    }

    @Test func `keys of different spaces are not compared`() throws {
        let pool = LedgerPool(2)
        let second = demand(pool, prompt(2, common: 10, space: 2))
        let first = try pool.lease(at: 1, demand(pool, prompt(1, common: 10, space: 1)))
        #expect(try seen(second, pool).endpoints.isEmpty)
        extendLifetime(first)
    }

    @Test func `who computes a prompt for another will hold it, too`() throws {
        let pool = LedgerPool(3)
        let second = demand(pool, prompt(2, common: 10))
        let decision = pool.decision(at: 2, prefillAt: 1)
        let first = try pool.reserve(demand(pool, prompt(1, common: 10)), decision).lease
        #expect(try seen(second, pool).endpoints.map(\.endpoint) == [id(1), id(2)])
        extendLifetime(first)
    }

    @Test func `what was sent to endpoints that announce nothing is seen in the same way`() throws {
        let pool = LedgerPool(2)
        var second = LedgerPool.demand
        second.approximate.blocks = prompt(2, common: 6)
        second.approximate.matches = PrefixMatches(blockCount: 10)
        let first = try pool.lease(at: 1, second)
        let lease = try pool.ledger.reserve(&second, in: pool.snapshot, at: pool.clock.now) {
            _,
            demand,
            _,
            _ in
            #expect(demand.approximate.matches.blocks(at: id(1)) == 10)
            #expect(demand.precise.matches.endpoints.isEmpty)
            return pool.decision(at: 0)
        }.lease
        extendLifetime((first, lease))
    }

    @Test func `of picks whose credit has landed the latest are kept, for lookups before it`()
        throws
    {
        var config = EndpointLedgerConfig()
        config.recentPicksMax = 4
        let pool = LedgerPool(2, config: config)
        let names = 1...10 as ClosedRange<UInt64>
        let early = names.map { demand(pool, prompt($0, common: 0)) }
        var late: [ReservationDemand] = []
        for name in names {
            if name == 9 { late = names.map { demand(pool, prompt($0, common: 0)) } }
            pool.ledger.credited(try pool.lease(at: 1, demand(pool, prompt(name, common: 0))))
        }
        func found(_ demands: [ReservationDemand]) throws -> [UInt64] {
            try zip(names, demands).filter { try seen($1, pool).blocks(at: id(1)) > 0 }.map(\.0)
        }
        #expect(try found(early) == [7, 8, 9, 10])
        #expect(try found(late) == [9, 10])
    }

    @Test func `of too many picks the older half is forgotten`() throws {
        let pool = LedgerPool(2)
        let lookups = [100, 200].map { demand(pool, prompt($0, common: 0)) }
        for name in 1...257 {
            _ = try pool.lease(at: 1, demand(pool, prompt(UInt64(name), common: 0)))
        }
        #expect(try lookups.map { try seen($0, pool).blocks(at: id(1)) } == [0, 10])
    }
}
