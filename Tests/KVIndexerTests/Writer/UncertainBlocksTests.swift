import Domain
import KVIndexer
import Testing

/// What becomes of blocks that were known before events were lost.
@Suite struct UncertainBlocksTests {
    private let house = WriterHouse(blockSize: 1)

    private func stored(_ hashes: [UInt64], after parent: UInt64? = nil) -> [UInt8] {
        PublishedStore(
            hashes: hashes,
            parent: parent,
            tokens: hashes.map(UInt32.init),
            blockSize: 1
        ).bytes
    }

    private func removed(_ hashes: [UInt64]) -> [UInt8] { PublishedRemoval(hashes: hashes).bytes }

    private func match(_ prompt: [UInt32]) -> (blocks: Int32, uncertain: Int32) {
        let match = house.matches(prompt).endpoints.first
        return (match?.blocks ?? 0, match?.uncertainBlocks ?? 0)
    }

    @Test func `they are found as uncertain until they are dropped`() throws {
        var writer = house.writer()
        try writer.apply(stored([1, 2, 3]))
        writer.becomeUncertain()
        #expect(match([1, 2, 3]) == (3, 3))
        let hadUncertain = writer.hasUncertain
        writer.dropUncertain()
        #expect(match([1, 2, 3]) == (0, 0))
        let hasUncertain = writer.hasUncertain
        #expect([hadUncertain, hasUncertain] == [true, false])
    }

    @Test func `an announcement confirms them`() throws {
        var writer = house.writer()
        try writer.apply(stored([1, 2, 3]))
        writer.becomeUncertain()
        try writer.apply(stored([2], after: 1))
        #expect(match([1, 2, 3]) == (3, 2))
        writer.dropUncertain()
        #expect(match([1, 2, 3]) == (0, 0))  // 2 is there, and of no use without 1
        try writer.apply(stored([1]))
        #expect(match([1, 2, 3]) == (2, 0))
    }

    @Test func `a removal is of them, too`() throws {
        var writer = house.writer()
        try writer.apply(stored([1, 2, 3]))
        writer.becomeUncertain()
        try writer.apply(removed([3]), removed([2]))
        #expect(match([1, 2, 3]) == (1, 1))
    }

    @Test func `a copy that was announced before the loss does not outlive the block`() throws {
        var writer = house.writer()
        try writer.apply(stored([1]))
        writer.becomeUncertain()  // the engine removes 1, and nobody hears it
        try writer.apply(stored([1]))
        try writer.apply(removed([1]))
        #expect(match([1]) == (0, 0))
    }

    @Test func `they may be continued until they are dropped`() throws {
        var writer = house.writer()
        try writer.apply(stored([1]))
        writer.becomeUncertain()
        try writer.apply(stored([2], after: 1))
        #expect(match([1, 2]) == (2, 1))
        writer.dropUncertain()
        try writer.apply(stored([3], after: 1), stored([3], after: 2))
        #expect(house.metrics.skipped(.unknownParent) == 1)
    }

    @Test func `loss upon loss holds on to a bounded number of holders`() throws {
        var writer = house.writer()
        for block in 1...40 as ClosedRange<UInt64> {
            try writer.apply(stored([block]))
            writer.becomeUncertain()
        }
        #expect(house.index.openHolders.count <= 5)
        #expect(match([40]) == (1, 1))
    }

    @Test func `a restart forgets them`() throws {
        var writer = house.writer()
        try writer.apply(stored([1]))
        writer.becomeUncertain()
        writer.startOver()
        let hasUncertain = writer.hasUncertain
        #expect(!hasUncertain)
        #expect(house.index.openHolders.isEmpty)
    }
}
