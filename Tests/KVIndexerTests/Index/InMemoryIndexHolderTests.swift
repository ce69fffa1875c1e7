import Domain
import KVIndexer
import Testing

@Suite struct InMemoryIndexHolderTests {
    private let index = InMemoryIndex.test()

    @Test func `a closed holder's blocks are gone at once, and nobody else's`() {
        let (first, second) = (index.opened(1), index.opened(2))
        for tier in CacheTier.allCases { index.store(Array(0..<100), in: first, tier: tier) }
        index.store(Array(50..<60), in: second)
        index.close(first)
        #expect(index.blocks(Array(50..<60)) == [2: 10])
        #expect(index.statistics.pairs == 10)
        index.sweepAll()
        #expect(index.statistics.keys == 10)
    }

    @Test func `nothing is stored for a closed holder`() {
        let holder = index.opened(1)
        index.store([0], in: holder)
        index.close(holder)
        index.store([0, 1], in: holder)
        index.markUncertain(holder)
        index.remove([0], from: holder)
        index.close(holder)
        #expect(index.blocks([0]).isEmpty)
        #expect(!index.contains(BlockKey(rawValue: 0), in: holder))
        #expect(index.statistics.holders == 0)
    }

    @Test func `a holder that is opened later has nothing of the one before it`() {
        var closed: [HolderID] = []
        for round in 0..<50 as Range<UInt64> {
            let holder = index.opened(1)
            #expect(index.blocks([0, 1]).isEmpty)
            #expect(closed.allSatisfy { !index.contains(BlockKey(rawValue: 0), in: $0) })
            index.store([0, 1, round], in: holder)
            index.close(holder)
            closed.append(holder)
            if round % 10 == 9 { index.sweepAll() }
        }
        #expect(Set(closed).count == 50)
        index.sweepAll()
        #expect(index.statistics.keys == 0)
        #expect(index.statistics.closedHolders == 0)
    }

    @Test func `a holder that has removed its blocks leaves nothing to sweep`() {
        for _ in 0..<100 {
            let request = index.opened(1, .expected)
            index.store([0, 1, 2], in: request)
            index.remove([0, 1, 2], from: request)
            index.close(request)
            #expect(index.statistics.closedHolders == 0)
        }
        #expect(!index.sweep(entriesMax: 1))
    }

    @Test func `a sweep of any step frees what several closed holders had in common`() {
        let keys = hashedKeys(300, run: 1)
        let holders = (0..<20).map { index.opened(UInt32($0)) }
        for (place, holder) in holders.enumerated() {
            index.store(Array(keys[..<(15 * (place + 1))]), in: holder)
            index.store(Array(keys[..<5]), in: holder)  // second copies
        }
        for holder in holders[..<19] { index.close(holder) }
        while index.sweep(entriesMax: 7) {}
        #expect(index.blocks(keys) == [19: 300])
        #expect(index.statistics.pairs == 300)
        #expect(index.statistics.holderSets == 0)
        index.close(holders[19])
        index.sweepAll()
        #expect(index.statistics.keys == 0)
    }

    @Test func `a sweep of any step leaves no copies of a closed holder behind, and all of others`()
    {
        let (first, second) = (index.opened(1), index.opened(2))
        let keys = hashedKeys(1_000, run: 1)
        for holder in [first, first, second, second] { index.store(keys, in: holder) }
        index.close(first)
        while index.sweep(entriesMax: 7) {}
        #expect(index.statistics.closedHolders == 0)
        // It has the first one's slot, and lies in the same entries.
        let third = index.opened(3)
        index.store(keys, in: third)
        index.remove(keys, from: third)
        index.remove(keys, from: second)
        #expect(index.blocks(keys) == [2: 1_000])
    }

    @Test func `holders that are the same for many blocks are kept once`() {
        for endpoint in 0..<64 as Range<UInt32> {
            index.store(hashedKeys(200, run: 1), in: index.opened(endpoint))
        }
        #expect(index.statistics.holderSets == 1)
        #expect(index.statistics.pairs == 64 * 200)
    }

    @Test func `a thousand endpoints may hold the same blocks`() {
        let keys = hashedKeys(20, run: 1)
        for endpoint in 0..<1_000 as Range<UInt32> {
            let count = 1 + Int(endpoint) % 20
            index.store(Array(keys[..<count]), in: index.opened(endpoint))
        }
        let matches = index.matches(keys).endpoints
        #expect(matches.map(\.endpoint.rawValue) == Array(0..<1_000))
        #expect(matches.allSatisfy { $0.blocks == Int32(1 + $0.endpoint.rawValue % 20) })
    }

    @Test func `open holders are told with what they were opened for`() {
        let cache = CacheID(endpoint: EndpointID(rawValue: 7), rank: 3)
        let space = KeySpaceID(rawValue: .max)
        index.close(index.opened(1))
        let id = index.open(cache, in: space, as: .expected)
        let holder = index.openHolders.first
        #expect(index.openHolders.count == 1)
        #expect(holder?.id == id)
        #expect(holder?.cache == cache)
        #expect(holder?.space == space)
        #expect(holder?.kind == .expected)
    }

    @Test func `an export leaves closed holders out and keeps runs together`() {
        let (kept, closed) = (index.opened(1), index.opened(2))
        let keys = hashedKeys(64, run: 1)
        index.store(keys, in: kept)
        index.store(keys, in: closed)
        index.store(hashedKeys(8, run: 2), in: closed)
        index.close(closed)
        var (cursor, runs) = (IndexCursor(), [[UInt64]]())
        let isMore = index.exportRuns(from: &cursor, entriesMax: 10_000) { keys, holders in
            #expect(holders == [HolderTiers(holder: kept, tiers: CacheTiers(.gpu))])
            runs.append(keys.indices.map { keys[$0].rawValue })
        }
        #expect(!isMore)
        #expect(runs.flatMap(\.self) == keys)
        #expect(runs.count <= 1)
    }
}
