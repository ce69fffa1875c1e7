import Domain
import Testing

@testable import KVIndexer

/// Without the index's own thread, which would sweep meanwhile.
@Suite struct IndexStateSweepTests {
    private let cache = CacheID(endpoint: EndpointID(rawValue: 1))

    @Test func `one step forgets no more copies than it may look at`() throws {
        var state = IndexState(config: InMemoryIndexConfig())
        let holder = try state.opened(cache)
        let keys = hashedKeys(1_000, run: 1)
        for _ in 0..<2 { try state.store(keys, in: holder) }
        state.close(holder)
        var (before, isMore) = (state.holders.closedCopyRows, true)
        #expect(before == 1_000)
        while isMore {
            isMore = state.sweep(entriesMax: 70)
            let after = state.holders.closedCopyRows
            #expect(before - after <= 70)
            before = after
        }
        let closed = state.statistics.closedHolders
        #expect(before == 0)
        #expect(closed == 0)
    }

    @Test func `holders that come and go fast do not use up the slots`() throws {
        var state = IndexState(config: InMemoryIndexConfig())
        let kept = try state.opened(cache)
        let keys = hashedKeys(5_000, run: 1)
        try state.store(keys, in: kept)
        let closedMax = IndexState.closedHoldersMax + 1_000
        for number in 0..<2 * closedMax {
            let holder = try state.opened(cache)
            try state.store([keys[number % keys.count]], in: holder)
            state.close(holder)
            let closed = state.holders.closedCount
            try #require(closed <= closedMax)
        }
        let (pairs, slot) = (state.statistics.pairs, state.holders.slot(of: kept))
        #expect(pairs == 5_000)
        #expect(slot != nil)
    }
}

extension IndexState {
    fileprivate mutating func opened(_ cache: CacheID) throws -> HolderID {
        let holder = holders.open(cache, in: KeySpaceID(rawValue: 0), as: .confirmed)
        return try #require(holder)
    }

    fileprivate mutating func store(_ keys: [UInt64], in holder: HolderID) throws {
        let keys = keys.map(BlockKey.init(rawValue:))
        let open = holders.slot(of: holder)
        let slot = try #require(open)
        store(keys.span, after: nil, in: slot, tier: .gpu, counting: .everyCopy)
    }
}
