import Domain
import KVIndexer
import Testing

@Suite struct InMemoryIndexTests {
    private let index = InMemoryIndex.test()

    /// Blocks 0, 1, 2 of one prompt; `held` says which of them endpoint 1 holds.
    @Test(
        arguments: [
            (held: [], matched: nil),
            (held: [0, 1, 2], matched: 3),
            (held: [0, 2], matched: 1),  // block 2 is of no use without block 1
            (held: [1, 2], matched: nil),
        ] as [(held: [UInt64], matched: Int32?)]
    )
    func `a match ends at the first block that is not held`(held: [UInt64], matched: Int32?) {
        index.store(held, in: index.opened(1))
        #expect(index.blocks([0, 1, 2])[1] == matched)
    }

    @Test func `each endpoint has a match of its own`() {
        index.store([0, 1, 2], in: index.opened(1))
        index.store([0, 1], in: index.opened(2))
        index.store([1, 2], in: index.opened(3))
        #expect(index.blocks([0, 1, 2, 3]) == [1: 3, 2: 2])
    }

    @Test func `a prompt without blocks matches nothing`() {
        index.store([0], in: index.opened(1))
        #expect(index.matches([]) == PrefixMatches(blockCount: 0))
    }

    @Test func `a hole that is filled later lets the match through`() {
        let holder = index.opened(1)
        let keys = hashedKeys(40, run: 1)
        index.store(Array(keys[20...]), in: holder)
        index.store(Array(keys[..<10]), in: holder)
        #expect(index.blocks(keys) == [1: 10])
        index.store(Array(keys[10..<20]), after: keys[9], in: holder)
        #expect(index.blocks(keys) == [1: 40])
    }

    @Test func `blocks that come one by one and out of order are found like others`() {
        let holder = index.opened(1)
        let keys = hashedKeys(100, run: 1)
        for place in (0..<100).reversed() {
            index.store([keys[place]], after: place > 0 ? keys[place - 1] : nil, in: holder)
        }
        #expect(index.blocks(keys) == [1: 100])
    }

    @Test func `a block may lie in any tier, and is held until it has left all`() {
        let holder = index.opened(1)
        index.store([0, 1], in: holder, tier: .gpu)
        index.store([1, 2], in: holder, tier: .cpu)
        #expect(index.matches([0, 1, 2]).endpoints.first?.blocksByTier == SIMD4(2, 1, 0, 0))
        index.remove([1], from: holder, tier: .gpu)
        #expect(index.matches([0, 1, 2]).endpoints.first?.blocksByTier == SIMD4(1, 2, 0, 0))
        index.remove([1], from: holder, tier: .disk)  // was never there
        index.remove([1], from: holder, tier: .cpu)
        #expect(index.blocks([0, 1, 2]) == [1: 1])
    }

    @Test func `a copy counts only where copies are counted`() {
        let holder = index.opened(1)
        for _ in 0..<3 { index.store([0], in: holder, .everyCopy) }
        for _ in 0..<3 { index.store([1], in: holder, .onlyFirst) }
        for left in [true, true, false] {
            index.remove([0, 1], from: holder)
            #expect(index.contains(BlockKey(rawValue: 0), in: holder) == left)
            #expect(!index.contains(BlockKey(rawValue: 1), in: holder))
        }
        #expect(index.statistics.keys == 0)
    }

    @Test func `copies in one tier say nothing of another`() {
        let holder = index.opened(1)
        index.store([0], in: holder, tier: .gpu)
        index.store([0], in: holder, tier: .gpu)
        index.store([0], in: holder, tier: .cpu)
        index.remove([0], from: holder, tier: .cpu)
        index.remove([0], from: holder, tier: .cpu)
        index.remove([0], from: holder, tier: .gpu)
        #expect(index.blocks([0]) == [1: 1])
        index.remove([0], from: holder, tier: .gpu)
        #expect(index.blocks([0]).isEmpty)
    }

    @Test func `a cache holds what any of its holders does`() {
        let (known, fresh) = (index.opened(1, .uncertain), index.opened(1))
        index.store([0, 1, 2, 3], in: known)
        index.store([0, 2, 4], in: fresh, tier: .cpu)
        let match = index.matches([0, 1, 2, 3, 4, 5]).endpoints.first
        #expect(match?.blocks == 5)
        #expect(match?.blocksByTier == SIMD4(4, 1, 0, 0))
        #expect(match?.uncertainBlocks == 2)
        index.close(known)
        #expect(index.blocks([0, 1, 2]) == [1: 1])
    }

    @Test func `expected blocks are told apart until they are confirmed`() {
        let (engine, request) = (index.opened(1), index.opened(1, .expected))
        index.store([0], in: engine)
        index.store([0, 1, 2], in: request)
        #expect(index.matches([0, 1, 2]).endpoints.first?.expectedBlocks == 2)
        index.store([1], in: engine)
        let match = index.matches([0, 1, 2]).endpoints.first
        #expect(match?.expectedBlocks == 1)
        #expect(match?.blocksByTier == SIMD4(2, 0, 0, 0))
        index.remove([0, 1, 2], from: request)
        #expect(index.blocks([0, 1, 2]) == [1: 2])
    }

    @Test func `two requests do not cancel each other's expectation`() {
        let (first, second) = (index.opened(1, .expected), index.opened(1, .expected))
        index.store([0, 1], in: first)
        index.store([0, 1], in: second)
        index.remove([0, 1], from: first)
        index.close(first)
        #expect(index.blocks([0, 1]) == [1: 2])
    }

    @Test func `a holder that is marked uncertain is so for all its blocks`() {
        let holder = index.opened(1)
        index.store([0, 1], in: holder)
        index.markUncertain(holder)
        #expect(index.matches([0, 1]).endpoints.first?.uncertainBlocks == 2)
        #expect(index.statistics.uncertainHolders == 1)
    }

    @Test func `of an endpoint's ranks the best counts, and of equals the lowest`() {
        index.store([0, 1], in: index.opened(1, rank: 2))
        index.store([0, 1, 2], in: index.opened(1, rank: 1))
        index.store([0, 1, 2], in: index.opened(1, rank: 0))
        let match = index.matches([0, 1, 2]).endpoints
        #expect(match.map(\.rank) == [0])
        #expect(match.map(\.blocks) == [3])
    }

    @Test func `storage that all endpoints reach is told apart`() {
        guard let holder = index.open(.shared, in: KeySpaceID(rawValue: 0), as: .confirmed) else {
            Issue.record("no holder")
            return
        }
        index.store([0, 1, 2], in: holder, tier: .object)
        index.store([0], in: index.opened(1))
        #expect(index.matches([0, 1, 2]).sharedBlocks == 3)
        #expect(index.blocks([0, 1, 2]) == [1: 1])
    }

    @Test func `a lookup sees nothing of other key spaces`() {
        index.store([0, 1], in: index.opened(1, space: 1))
        index.store([0], in: index.opened(2, space: 2))
        #expect(index.blocks([0, 1], space: 1) == [1: 2])
        #expect(index.blocks([0, 1], space: 2) == [2: 1])
        #expect(index.blocks([0, 1], space: 3).isEmpty)
    }

    @Test func `endpoints come in ascending order, however they were opened`() {
        for endpoint in [5, 900, 2, 77, 1] as [UInt32] {
            index.store([0, 1, UInt64(endpoint)], in: index.opened(endpoint))
        }
        let endpoints = index.matches([0, 1, 77]).endpoints
        #expect(endpoints.map(\.endpoint.rawValue) == [1, 2, 5, 77, 900])
        #expect(endpoints.map(\.blocks) == [2, 2, 2, 3, 2])
    }
}
