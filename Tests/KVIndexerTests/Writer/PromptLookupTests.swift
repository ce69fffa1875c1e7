import BlockKeys
import Domain
import KVIndexer
import Testing

@Suite struct PromptLookupTests {
    private let prompt = (0..<16).map(UInt32.init)

    /// Blocks of an engine that hashes as SGLang does.
    private func stored(size: Int, of tokens: [UInt32]) -> [UInt8] {
        let scheme = BlockKeyScheme(algorithm: .sglang, blockSize: BlockSize(tokenCount: size))
        var keys: [BlockKey] = []
        let ids = tokens.map(TokenID.init(rawValue:))
        BlockKeyHasher(scheme: scheme)
            .appendKeys(for: ids.span, in: BlockKeyScope(model: "m"), to: &keys)
        return PublishedStore(
            hashes: keys.map(\.rawValue),
            tokens: Array(tokens.prefix(keys.count * size)),
            blockSize: size
        ).bytes
    }

    @Test(arguments: [(2, 14, 3), (8, 16, 4), (8, 8, 2), (16, 16, 4), (3, 15, 3)])
    func `matches of other block sizes are counted in ours, rounded down`(
        size: Int,
        held: Int,
        matched: Int
    ) throws {
        let house = WriterHouse(mode: .auto, blockSize: 4)
        var writer = house.writer()
        try writer.apply(stored(size: size, of: Array(prompt.prefix(held))))
        let match = house.matches(prompt).endpoints.first
        #expect(match?.blocks == Int32(matched))
        #expect(match?.blocksByTier == [Int32(matched), 0, 0, 0])
        #expect(house.matches(prompt).blockCount == 4)
    }

    @Test func `engines of different schemes are found with one prompt`() throws {
        let house = WriterHouse(mode: .auto, blockSize: 4)
        var first = house.writer(for: CacheID(endpoint: EndpointID(rawValue: 1)))
        var second = house.writer(for: CacheID(endpoint: EndpointID(rawValue: 2)))
        try first.apply(stored(size: 4, of: prompt))
        try second.apply(stored(size: 2, of: Array(prompt.prefix(8))))
        let matches = house.matches(prompt)
        #expect(matches.endpoints.map(\.blocks) == [4, 2])
        #expect(house.spaces.active.count == 2)
    }

    @Test func `of a cache's spaces the best match counts`() throws {
        let house = WriterHouse(mode: .auto, blockSize: 4)
        var first = house.writer(for: CacheID(endpoint: EndpointID(rawValue: 1), rank: 0))
        var second = house.writer(for: CacheID(endpoint: EndpointID(rawValue: 1), rank: 1))
        try first.apply(stored(size: 4, of: Array(prompt.prefix(4))))
        try second.apply(stored(size: 2, of: Array(prompt.prefix(12))))
        let matches = house.matches(prompt)
        #expect(matches.endpoints.map(\.blocks) == [3])
        #expect(matches.endpoints.map(\.rank) == [1])
    }

    @Test func `a model's name asks that model's spaces alone`() throws {
        let house = WriterHouse(mode: .auto, blockSize: 4)
        var writer = house.writer()
        try writer.apply(stored(size: 4, of: prompt), model: "other")
        #expect(house.matched(prompt, PromptScope(model: "other")) == 4)
        #expect(house.matched(prompt) == 0)  // no adapter's block is there
    }

    @Test func `a prompt without a full block has no keys`() throws {
        let house = WriterHouse(mode: .auto, blockSize: 4)
        var writer = house.writer()
        try writer.apply(stored(size: 4, of: prompt))
        #expect(house.keys(of: [0, 1, 2]).isEmpty)
        #expect(house.matches([]).blockCount == 0)
    }

    @Test func `an image is part of each block that its tokens are in`() throws {
        let house = WriterHouse(blockSize: 4)
        var store = PublishedStore(hashes: [1, 2, 3, 4], tokens: prompt, blockSize: 4)
        store.extras = [[], ["image"], ["image"], []]
        var writer = house.writer()
        try writer.apply(store.bytes)
        func matched(_ tokens: Range<Int>, _ identifier: String = "image") -> Int {
            let medium = PromptMedium(identifier: Array(identifier.utf8), tokens: tokens)
            return house.matched(prompt, PromptScope(model: "m", media: [medium]))
        }
        #expect(matched(5..<9) == 4)
        #expect(matched(7..<12) == 4)
        #expect(matched(5..<8) == 2)
        #expect(matched(5..<13) == 3)
        #expect(matched(5..<9, "another") == 1)
        #expect(house.matched(prompt) == 1)
    }
}
