import Domain
import KVIndexer
import Randomness
import Testing

@Suite struct InMemoryIndexBoundsTests {
    @Test func `a full index forgets other blocks, never the newest`() {
        let index = InMemoryIndex.test(keysMax: 100)
        let holder = index.opened(1)
        for run in 0..<1_000 as Range<UInt64> {
            let keys = hashedKeys(1, run: run)
            index.store(keys, in: holder)
            #expect(index.blocks(keys) == [1: 1])
            #expect(index.statistics.keys <= 100)
        }
        #expect(index.statistics.keys > 80)
        #expect(index.statistics.evictedKeys == 1_000 - UInt64(index.statistics.keys))
        #expect(index.statistics.pairs == index.statistics.keys)
    }

    @Test func `a call of more blocks than may be kept stays within the bound`() {
        let index = InMemoryIndex.test(keysMax: 10)
        index.store(hashedKeys(1_000, run: 1), in: index.opened(1))
        #expect((1...10).contains(index.statistics.keys))
    }

    @Test func `a prefix that is looked up survives any number of others`() {
        let index = InMemoryIndex.test(keysMax: 4_000)
        let holder = index.opened(1)
        let (hot, cold) = (hashedKeys(100, run: 0), hashedKeys(100, run: 1))
        index.store(hot, in: holder)
        index.store(cold, in: holder)
        for run in 2..<300 as Range<UInt64> {
            index.store(hashedKeys(100, run: run), in: holder)
            #expect(index.blocks(hot) == [1: 100])
        }
        #expect(index.blocks(cold).isEmpty)
    }

    @Test func `evicted blocks are gone for all holders, and their copies are forgotten`() {
        let index = InMemoryIndex.test(keysMax: 200)
        let (first, second) = (index.opened(1), index.opened(2))
        let keys = hashedKeys(50, run: 0)
        for _ in 0..<2 { index.store(keys, in: first) }
        index.store(keys, in: second)
        for run in 1..<40 as Range<UInt64> { index.store(hashedKeys(50, run: run), in: second) }
        #expect(index.blocks(keys).isEmpty)
        index.store(keys, in: first)
        index.remove(keys, from: first)
        #expect(index.blocks(keys).isEmpty)
        #expect(index.statistics.pairs == index.statistics.keys)
    }

    @Test func `what is allocated stays within the bound`() {
        let bytesMax = 4 << 20
        let index = InMemoryIndex.test(keysMax: 10_000_000, bytesMax: bytesMax)
        let holder = index.opened(1)
        for run in 0..<1_500 as Range<UInt64> {
            index.store(hashedKeys(128, run: run), in: holder)
            #expect(index.statistics.bytes <= bytesMax)
        }
        #expect(index.statistics.keys > 50_000)
    }

    @Test func `sets of many holders count towards the bound`() {
        let bytesMax = 1 << 19
        let index = InMemoryIndex.test(keysMax: 10_000_000, bytesMax: bytesMax)
        let holders = (0..<64).map { index.opened(UInt32($0)) }
        // Each block has a set of its own, of about half of the holders.
        for key in 0..<2_000 as Range<UInt64> {
            let members = SplitMix64.mixed(key)
            for holder in 0..<64 where members >> UInt64(holder) & 1 == 1 {
                index.store([key], in: holders[holder])
            }
        }
        #expect(index.statistics.bytes <= bytesMax)
        #expect(index.statistics.evictedKeys > 0)
    }

    @Test func `copies that an engine counts do not displace the blocks of a full index`() {
        let bytesMax = 4 << 20
        let index = InMemoryIndex.test(keysMax: 10_000_000, bytesMax: bytesMax)
        let holder = index.opened(1)
        for run in 0..<200 as Range<UInt64> {
            index.store(hashedKeys(1_000, run: run), in: holder, .onlyFirst)
        }
        let keys = index.statistics.keys
        #expect(keys > 120_000)
        for run in 180..<200 as Range<UInt64> {
            index.store(hashedKeys(1_000, run: run), in: holder, .everyCopy)
        }
        #expect(index.statistics.keys > keys - keys / 100)
        for run in 200..<400 as Range<UInt64> {
            index.store(hashedKeys(1_000, run: run), in: holder, .everyCopy)
            #expect(index.statistics.bytes <= bytesMax)
        }
        #expect(index.statistics.keys > keys - keys / 20)
        #expect(index.blocks(hashedKeys(1_000, run: 399)) == [1: 1_000])
    }

    @Test func `prompts of one block do not take a whole chunk each`() {
        let (dense, sparse) = (InMemoryIndex.test(), InMemoryIndex.test())
        let (first, second) = (dense.opened(1), sparse.opened(1))
        dense.store(hashedKeys(50_000, run: 0), in: first)
        for run in 0..<50_000 as Range<UInt64> { sparse.store(hashedKeys(1, run: run), in: second) }
        #expect(sparse.statistics.bytes < 2 * dense.statistics.bytes)
    }

    @Test func `memory of removed blocks is used again`() {
        let index = InMemoryIndex.test()
        let holder = index.opened(1)
        index.store(hashedKeys(20_000, run: 0), in: holder)
        let bytes = index.statistics.bytes
        for run in 0..<20 as Range<UInt64> {
            index.remove(hashedKeys(20_000, run: run).reversed(), from: holder)
            #expect(index.statistics.keys == 0)
            index.store(hashedKeys(20_000, run: run + 1), in: holder)
            #expect(index.blocks(hashedKeys(20_000, run: run + 1)) == [1: 20_000])
        }
        #expect(index.statistics.bytes <= bytes + bytes / 4)
    }
}
