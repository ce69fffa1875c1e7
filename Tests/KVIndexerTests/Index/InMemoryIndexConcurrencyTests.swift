import Domain
import KVIndexer
import Synchronization
import Testing
import Threads

/// Run these with `--sanitize=thread` as well.
@Suite struct InMemoryIndexConcurrencyTests {
    private let index = InMemoryIndex.test()

    /// Writers store and remove whole prompts, or close who has them, in one call each: whoever
    /// looks meanwhile sees all of a prompt or nothing.
    @Test func `no lookup sees a call half applied`() throws {
        let (steady, prompts) = (hashedKeys(64, run: 0), (1...4).map { hashedKeys(200, run: $0) })
        index.store(steady, in: index.opened(100))
        let writersLeft = Atomic(2)
        let torn = Atomic(0)
        let writers = try (0..<2).map { writer in
            try OSThread(named: "writer") { [index] in
                for round in 0..<300 {
                    let holder = index.opened(UInt32(writer))
                    let keys = prompts[(round + writer) % 4]
                    index.store(keys, in: holder)
                    if round % 3 > 0 { index.remove(keys.reversed(), from: holder) }
                    index.close(holder)
                }
                writersLeft.subtract(1, ordering: .releasing)
            }
        }
        let readers = try (0..<3).map { reader in
            try OSThread(named: "reader") { [index] in
                var round = reader
                while writersLeft.load(ordering: .acquiring) > 0 {
                    round += 1
                    let found = index.blocks(prompts[round % 4])
                    if !found.values.allSatisfy({ $0 == 200 }) { torn.add(1, ordering: .relaxed) }
                    if index.blocks(steady) != [100: 64] { torn.add(1, ordering: .relaxed) }
                }
            }
        }
        for thread in writers + readers { thread.join() }
        index.sweepAll()
        #expect(torn.load(ordering: .relaxed) == 0)
        #expect(index.blocks(steady) == [100: 64])
        #expect(index.statistics.keys == 64)
    }

    @Test func `walks and counts go on beside changes`() throws {
        let isDone = Atomic(false)
        let walker = try OSThread(named: "walker") { [index] in
            while !isDone.load(ordering: .acquiring) {
                var cursor = IndexCursor()
                while index.exportRuns(from: &cursor, entriesMax: 100, { _, _ in }) {}
                _ = index.statistics
                _ = index.openHolders
            }
        }
        for run in 0..<200 as Range<UInt64> {
            let holder = index.opened(UInt32(run % 5))
            index.store(hashedKeys(50, run: run), in: holder)
            if run % 2 == 0 { index.close(holder) }
        }
        isDone.store(true, ordering: .releasing)
        walker.join()
        index.sweepAll()
        #expect(index.statistics.pairs == 100 * 50)
    }

    @Test func `more readers than the lock has places for all get in`() throws {
        let keys = hashedKeys(500, run: 1)
        index.store(keys, in: index.opened(1))
        let wrong = Atomic(0)
        let readers = try (0..<100).map { _ in
            try OSThread(named: "reader") { [index] in
                for _ in 0..<20 where index.blocks(keys) != [1: 500] {
                    wrong.add(1, ordering: .relaxed)
                }
            }
        }
        for run in 2..<100 as Range<UInt64> {
            index.store(hashedKeys(50, run: run), in: index.opened(2))
        }
        for reader in readers { reader.join() }
        #expect(wrong.load(ordering: .relaxed) == 0)
    }
}
