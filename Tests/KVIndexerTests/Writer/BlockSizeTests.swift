import BlockKeys
import Domain
import KVIndexer
import Testing

/// Engines whose blocks are not as large as ours. A token's value is its place in the prompt.
@Suite struct BlockSizeTests {
    private let house = WriterHouse(blockSize: 4)

    /// Blocks named by the place of their last token, plus `name`.
    private func stored(
        _ places: Range<Int>,
        size: Int,
        from other: Int = 0,
        name: Int = 0
    ) -> PublishedStore {
        let ends = stride(from: places.lowerBound + size, through: places.upperBound, by: size)
        var stored = PublishedStore(hashes: ends.map { UInt64($0 + name) })
        if places.lowerBound > 0 { stored.parent = UInt64(places.lowerBound + other) }
        stored.tokens = places.map { UInt32($0 + name) }
        stored.blockSize = size
        return stored
    }

    private func removed(_ hashes: UInt64...) -> [UInt8] {
        PublishedRemoval(hashes: hashes).bytes
    }

    private let prompt = (0..<16).map(UInt32.init)

    @Test func `a larger block is several of ours, and goes as a whole`() throws {
        var writer = house.writer()
        try writer.apply(stored(0..<16, size: 8).bytes)
        #expect(house.matched(prompt) == 4)
        try writer.apply(removed(16))
        #expect(house.matched(prompt) == 2)
        try writer.apply(stored(8..<16, size: 8).bytes)
        #expect(house.matched(prompt) == 4)
        try writer.apply(removed(8))
        #expect(house.matched(prompt) == 0)
    }

    @Test(arguments: [1, 2])
    func `pages are a block of ours as soon as they fill it`(size: Int) throws {
        var writer = house.writer()
        try writer.apply(stored(0..<6, size: size).bytes)
        #expect(house.matched(prompt) == 1)
        try writer.apply(stored(6..<8, size: size).bytes, stored(8..<10, size: size).bytes)
        #expect(house.matched(prompt) == 2)
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `a page that goes takes its block with it`(page: UInt64) throws {
        var writer = house.writer()
        try writer.apply(stored(0..<8, size: 1).bytes, removed(page))
        #expect(house.matched(prompt) == 0)
        try writer.apply(removed(5, 6, 7, 8))
        #expect(house.keyCount == 0)
    }

    @Test func `prompts may part inside a block of ours`() throws {
        var writer = house.writer()
        try writer.apply(stored(0..<8, size: 1).bytes, stored(6..<8, size: 1, name: 100).bytes)
        let other = (0..<6).map(UInt32.init) + [106, 107]
        #expect(house.matched(prompt) == 2)
        #expect(house.matched(other) == 2)
        try writer.apply(removed(108))
        #expect(house.matched(other) == 1)
        try writer.apply(removed(5))
        #expect(house.matched(prompt) == 1)
    }

    @Test func `pages that are copied to another tier bring their block there`() throws {
        var writer = house.writer()
        try writer.apply(stored(0..<4, size: 1).bytes)
        for page in 1...4 as ClosedRange<UInt64> {
            try writer.apply(PublishedStore(hashes: [page], medium: "CPU").bytes)
        }
        try writer.apply(removed(4))
        let match = house.matches(prompt).endpoints.first
        #expect(match?.blocksByTier == [0, 1, 0, 0])
    }

    @Test func `pages of different salts with the same hash go together`() throws {
        var writer = house.writer()
        for salt in ["a", "b"] {
            var pages = stored(0..<4, size: 2)
            pages.salt = salt
            try writer.apply(pages.bytes)
            #expect(house.matched(prompt, PromptScope(model: "m", cacheSalt: salt)) == 1)
        }
        #expect(house.matched(prompt) == 0)
        try writer.apply(removed(4))
        #expect(house.keyCount == 0)
    }

    @Test func `a block that neither divides ours nor is divided by it is left out`() throws {
        var writer = house.writer()
        try writer.apply(stored(0..<12, size: 6).bytes, stored(0..<3, size: 3).bytes)
        #expect(house.metrics.skipped(.invalidBlockSize) == 2)
    }

    @Test func `an image in a larger block leaves it out, a salt does not`() throws {
        var writer = house.writer()
        var salted = stored(0..<8, size: 8)
        salted.extras = [["tenant"]]
        try writer.apply(salted.bytes)
        #expect(house.matched(prompt, PromptScope(model: "m", cacheSalt: "tenant")) == 2)
        #expect(house.matched(prompt) == 0)
        var image = stored(8..<16, size: 8)
        image.extras = [["image"]]
        try writer.apply(image.bytes)
        #expect(house.metrics.skipped(.imagesOfOtherSize) == 1)
    }

    @Test func `what follows a block without a key is not taken for a prompt's beginning`() throws {
        let house = WriterHouse(blockSize: 4) { $0.keys.algorithm = .cborFNV }
        var writer = house.writer()
        var pages = stored(0..<8, size: 1)
        pages.extras = [[String(repeating: "x", count: 60_000)]]
        try writer.apply(pages.bytes)
        #expect(house.metrics.skipped(.unindexableTokens) == 1)
        try writer.apply(stored(8..<12, size: 1).bytes)
        #expect(house.metrics.skipped(.unknownParent) == 1)
        #expect(house.keyCount == 0)
    }

    @Test func `hashes that do not tell what comes before them are not indexed`() throws {
        var writer = house.writer()
        var first = PublishedStore(hashes: [1, 2], tokens: [1, 1, 1, 1, 2, 2, 2, 2], blockSize: 4)
        try writer.apply(first.bytes)
        first.hashes = [3, 2]
        first.tokens = [3, 3, 3, 3, 2, 2, 2, 2]
        try writer.apply(first.bytes)
        #expect(house.metrics.skipped(.ambiguousHash) == 1)
        #expect(house.keyCount == 0)
    }
}
