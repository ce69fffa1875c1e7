import BlockKeys
import Domain
import KVIndexer
import Testing

/// What becomes of blocks that a snapshot has brought.
@Suite struct RestoredBlocksTests {
    private let prompt: [UInt32] = [1, 2, 3, 4]

    /// Saves the blocks of one house's writer, and restores them in another.
    private func restored(
        from house: WriterHouse,
        _ writer: borrowing IndexWriter,
        in other: WriterHouse
    ) throws -> RestoredBlocks {
        var restored = RestoredBlocks(holders: [])
        for holder in house.index.openHolders {
            let space = try #require(house.spaces.space(holder.space))
            let id = try #require(other.spaces.id(of: space.scheme, model: space.model))
            let new = try #require(other.index.open(holder.cache, in: id, as: .uncertain))
            let keys = house.keys(of: prompt)
            other.index.store(keys.span, in: new, tier: .gpu, counting: .onlyFirst)
            restored.holders.append(RestoredHolder(id: new, space: id))
        }
        writer.forEachEngineKey { restored.engineKeys.append((hash: $0, key: $1)) }
        return restored
    }

    private func stored(in mode: BlockKeyConfig.Mode) -> PublishedStore {
        var stored = PublishedStore(hashes: [7, 8], tokens: prompt, blockSize: 2)
        guard mode == .auto else { return stored }
        let scheme = BlockKeyScheme(algorithm: .sglang, blockSize: BlockSize(tokenCount: 2))
        var keys: [BlockKey] = []
        let tokens = prompt.map(TokenID.init(rawValue:))
        BlockKeyHasher(scheme: scheme)
            .appendKeys(for: tokens.span, in: BlockKeyScope(model: "m"), to: &keys)
        stored.hashes = keys.map(\.rawValue)
        return stored
    }

    private func uncertainBlocks(_ house: WriterHouse) -> Int32? {
        house.matches(prompt).endpoints.first?.uncertainBlocks
    }

    @Test(arguments: [BlockKeyConfig.Mode.auto, .requestKey])
    func `they are found as uncertain, and dropped as such`(mode: BlockKeyConfig.Mode) throws {
        let before = WriterHouse(mode: mode)
        var old = before.writer()
        try old.apply(stored(in: mode).bytes)
        let after = WriterHouse(mode: mode)
        var writer = after.writer(restored: try restored(from: before, old, in: after))
        #expect(uncertainBlocks(after) == 2)
        writer.dropUncertain()
        #expect(after.matched(prompt) == 0)
        #expect(after.spaces.active.isEmpty)
        old.end()
    }

    @Test(arguments: [BlockKeyConfig.Mode.auto, .requestKey])
    func `confirmed, they go on as if nothing had been`(mode: BlockKeyConfig.Mode) throws {
        let before = WriterHouse(mode: mode)
        var old = before.writer()
        try old.apply(stored(in: mode).bytes)
        let after = WriterHouse(mode: mode)
        var writer = after.writer(restored: try restored(from: before, old, in: after))
        writer.confirmRestored()
        #expect(uncertainBlocks(after) == 0)
        let hashes = stored(in: mode).hashes
        let next = PublishedStore(hashes: [99], parent: hashes[1], tokens: [5, 6], blockSize: 2)
        try writer.apply(next.bytes)
        #expect(after.matched(prompt + [5, 6]) == (mode == .requestKey ? 3 : 2))
        try writer.apply(PublishedRemoval(hashes: [hashes[1]]).bytes)
        #expect(after.matched(prompt) == 1)
        writer.startOver()
        #expect(after.keyCount == 0)
        old.end()
    }

    @Test(arguments: [BlockKeyConfig.Mode.auto, .requestKey])
    func `confirmed, they are removed whatever group that names`(
        mode: BlockKeyConfig.Mode
    ) throws {
        let before = WriterHouse(mode: mode)
        var old = before.writer()
        try old.apply(stored(in: mode).bytes)
        let after = WriterHouse(mode: mode)
        var writer = after.writer(restored: try restored(from: before, old, in: after))
        writer.confirmRestored()
        let removal = PublishedRemoval(hashes: [stored(in: mode).hashes[1]], group: 1)
        try writer.apply(removal.bytes)
        #expect(after.matched(prompt) == 1)
        old.end()
    }

    @Test func `what waited for their confirmation is applied over them`() throws {
        let before = WriterHouse(mode: .auto)
        var old = before.writer()
        let event = stored(in: .auto)
        try old.apply(event.bytes)
        let after = WriterHouse(mode: .auto)
        var writer = after.writer(restored: try restored(from: before, old, in: after))
        try writer.apply(PublishedRemoval(hashes: [event.hashes[1]]).bytes)
        #expect(after.matched(prompt) == 2)
        writer.confirmRestored()
        #expect(after.matched(prompt) == 1)
        old.end()
    }

    @Test(arguments: [BlockKeyConfig.Mode.auto, .requestKey])
    func `uncertain ones have a deadline once others are stored`(
        mode: BlockKeyConfig.Mode
    ) throws {
        let before = WriterHouse(mode: mode)
        var old = before.writer()
        try old.apply(stored(in: mode).bytes)
        let after = WriterHouse(mode: mode)
        var writer = after.writer(restored: try restored(from: before, old, in: after))
        var first = stored(in: mode)
        first.hashes.removeLast()
        first.tokens.removeLast(2)
        try writer.apply(first.bytes)
        #expect(uncertainBlocks(after) == 1)
        let hasUncertain = writer.hasUncertain
        #expect(hasUncertain)
        writer.dropUncertain()
        #expect(after.matched(prompt) == 1)
        old.end()
    }

    @Test func `keys of our own that were made otherwise are not confirmed`() throws {
        let before = WriterHouse { $0.keys.algorithm = .cborFNV }
        var old = before.writer()
        try old.apply(stored(in: .requestKey).bytes)
        let after = WriterHouse()
        var writer = after.writer(restored: try restored(from: before, old, in: after))
        writer.confirmRestored()
        let next = PublishedStore(hashes: [99], parent: 8, tokens: [5, 6], blockSize: 2)
        try writer.apply(next.bytes)
        #expect(after.metrics.skipped(.unknownParent) == 1)
        #expect(after.keyCount == 0)
        old.end()
    }

    @Test func `confirmed, they are put to the test by the next beginning of a prompt`() throws {
        let before = WriterHouse(mode: .auto)
        var old = before.writer()
        try old.apply(stored(in: .auto).bytes)
        let after = WriterHouse(mode: .auto)
        var writer = after.writer(restored: try restored(from: before, old, in: after))
        writer.confirmRestored()
        try writer.apply(stored(in: .auto).bytes)
        #expect(after.matched(prompt) == 2)
        var isDecided = writer.isDecided
        #expect(isDecided)
        writer.startOver()
        writer = after.writer(restored: try restored(from: before, old, in: after))
        writer.confirmRestored()
        try writer.apply(stored(in: .requestKey).bytes)
        #expect(after.matched(prompt) == 0)
        isDecided = writer.isDecided
        #expect(!isDecided)
        old.end()
    }

    @Test func `engines' hashes of blocks that are gone are not saved`() throws {
        let before = WriterHouse()
        var old = before.writer()
        try old.apply(stored(in: .requestKey).bytes)
        let after = WriterHouse()
        var writer = after.writer(restored: try restored(from: before, old, in: after))
        writer.confirmRestored()
        try writer.apply(PublishedRemoval(hashes: [8]).bytes)
        var saved: [UInt64] = []
        writer.forEachEngineKey { hash, _ in saved.append(hash.rawValue) }
        #expect(saved == [7])
        let next = PublishedStore(hashes: [99], parent: 8, tokens: [5, 6], blockSize: 2)
        try writer.apply(next.bytes)
        #expect(after.metrics.skipped(.unknownParent) == 1)
        writer.becomeUncertain()
        writer.forEachEngineKey { hash, _ in saved.append(hash.rawValue) }
        #expect(saved == [7])
        old.end()
    }

    @Test func `events go on over them while they are uncertain`() throws {
        let before = WriterHouse(mode: .auto)
        var old = before.writer()
        let event = stored(in: .auto)
        try old.apply(event.bytes)
        let after = WriterHouse(mode: .auto)
        var writer = after.writer(restored: try restored(from: before, old, in: after))
        try writer.apply(event.bytes, isRepeated: true)
        #expect(uncertainBlocks(after) == 0)
        try writer.apply(PublishedRemoval(hashes: event.hashes).bytes)
        #expect(after.keyCount == 0)
        old.end()
    }
}
