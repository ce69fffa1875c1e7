import Domain
import KVIndexer
import Randomness
import Testing

@Suite struct InMemoryIndexConfirmationTests {
    private func isConfirmed(
        _ key: UInt64,
        _ endpoint: UInt32,
        rank: UInt16 = 0,
        space: UInt16 = 0,
        in index: any KVIndex
    ) -> Bool {
        let cache = CacheID(endpoint: EndpointID(rawValue: endpoint), rank: rank)
        return index.isConfirmed(
            BlockKey(rawValue: key),
            at: cache,
            in: KeySpaceID(rawValue: space)
        )
    }

    @Test func `a block is confirmed while a confirmed holder of the cache has it`() {
        let index = InMemoryIndex.test()
        let expected = index.opened(1, .expected)
        index.store([5, 6], in: expected)
        #expect(!isConfirmed(5, 1, in: index))
        let holder = index.opened(1)
        index.store([5], in: holder, tier: .disk)
        #expect(isConfirmed(5, 1, in: index))
        #expect(!isConfirmed(6, 1, in: index))
        #expect(!isConfirmed(7, 1, in: index))
        #expect(!isConfirmed(5, 2, in: index))
        #expect(!isConfirmed(5, 1, rank: 1, in: index))
        #expect(!isConfirmed(5, 1, space: 1, in: index))
        index.remove([5], from: holder, tier: .disk)
        #expect(!isConfirmed(5, 1, in: index))
    }

    @Test func `what became uncertain can be confirmed again`() {
        let index = InMemoryIndex.test()
        let holder = index.opened(1)
        index.store([5, 6], in: holder)
        index.markUncertain(holder)
        #expect(!isConfirmed(5, 1, in: index))
        #expect(index.matches([5, 6]).endpoints.map(\.uncertainBlocks) == [2])
        index.markConfirmed(holder)
        #expect(isConfirmed(5, 1, in: index))
        #expect(index.matches([5, 6]).endpoints.map(\.uncertainBlocks) == [0])
        index.close(holder)
        index.markConfirmed(holder)
        #expect(!isConfirmed(5, 1, in: index))
    }

    @Test(arguments: 0..<20)
    func `any index says the same of any block as the plain one`(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let (index, reference) = (InMemoryIndex.test(), ReferenceIndex())
        var holders: [(HolderID, HolderID)] = []
        for _ in 0..<12 {
            let kind: HolderKind = [.confirmed, .uncertain, .expected][random.below(3)]
            let (endpoint, rank) = (UInt32(random.below(2)), UInt16(random.below(2)))
            let space = UInt16(random.below(2))
            holders.append(
                (
                    index.opened(endpoint, rank: rank, space: space, kind),
                    reference.opened(endpoint, rank: rank, space: space, kind)
                )
            )
        }
        for _ in 0..<200 {
            let (holder, twin) = holders[random.below(holders.count)]
            let keys = (0..<1 + random.below(4)).map { _ in UInt64(random.below(24)) }
            let change = random.below(8)
            for (index, holder) in [(index as any KVIndex, holder), (reference, twin)] {
                switch change {
                case 0: index.markUncertain(holder)
                case 1: index.markConfirmed(holder)
                case 2, 3: index.remove(keys, from: holder)
                default: index.store(keys, in: holder)
                }
            }
        }
        for key in 0..<UInt64(24) {
            for (endpoint, rank, space) in [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)] {
                let place = (UInt32(endpoint), UInt16(rank), UInt16(space))
                let said = isConfirmed(key, place.0, rank: place.1, space: place.2, in: index)
                let meant = isConfirmed(key, place.0, rank: place.1, space: place.2, in: reference)
                #expect(said == meant)
            }
        }
    }
}
