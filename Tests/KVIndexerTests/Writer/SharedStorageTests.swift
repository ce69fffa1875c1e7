import BlockKeys
import Domain
import KVIndexer
import Testing

/// Storage that every endpoint reaches, announced by hashes alone.
@Suite struct SharedStorageTests {
    private let house = WriterHouse(mode: .auto)
    private let prompt: [UInt32] = [1, 2, 3, 4, 5, 6]

    private func hashes(_ algorithm: BlockKeyAlgorithm = .sha256CBOR) -> [UInt64] {
        let scheme = BlockKeyScheme(algorithm: algorithm, blockSize: house.config.blockSize)
        var keys: [BlockKey] = []
        let tokens = prompt.map(TokenID.init(rawValue:))
        BlockKeyHasher(scheme: scheme)
            .appendKeys(for: tokens.span, in: BlockKeyScope(model: "m"), to: &keys)
        return keys.map(\.rawValue)
    }

    private func ofEngine(_ algorithm: BlockKeyAlgorithm = .sha256CBOR) -> [UInt8] {
        PublishedStore(hashes: hashes(algorithm), tokens: prompt, blockSize: 2).bytes
    }

    /// As the publisher of files writes it.
    private func inStorage(_ hashes: [UInt64]) -> [UInt8] {
        PublishedStore(hashes: hashes, parent: 0, medium: "SHARED_STORAGE").bytes
    }

    private var sharedBlocks: Int { house.matches(prompt).sharedBlocks }

    @Test func `its blocks are found with an engine's own hashes`() throws {
        var engine = house.writer()
        var storage = house.writer(for: .shared)
        try engine.apply(ofEngine())
        try storage.apply(inStorage(hashes()))
        #expect(sharedBlocks == 3)
        #expect(house.matched(prompt) == 3)
        let last = hashes()[2]
        try storage.apply(PublishedRemoval(hashes: [last], medium: "SHARED_STORAGE").bytes)
        #expect(sharedBlocks == 2)
        #expect(house.matched(prompt) == 3)
    }

    @Test func `they are found by engines that come later, and wait for others`() throws {
        var storage = house.writer(for: .shared)
        try storage.apply(inStorage(hashes()))
        #expect(house.index.openHolders.isEmpty)
        var engine = house.writer()
        try engine.apply(ofEngine())
        try storage.apply(inStorage([99]))
        #expect(sharedBlocks == 3)
        engine.end()
        try storage.apply(inStorage([99]))
        #expect(house.index.openHolders.isEmpty)
    }

    @Test func `of another model's engines they are not`() throws {
        var engine = house.writer()
        var storage = house.writer(for: .shared)
        try engine.apply(ofEngine(), model: "other")
        try storage.apply(inStorage(hashes()))
        #expect(house.matches(prompt, PromptScope(model: "other")).sharedBlocks == 0)
    }

    @Test func `what was lost is uncertain, and goes`() throws {
        var engine = house.writer()
        var storage = house.writer(for: .shared)
        try engine.apply(ofEngine())
        try storage.apply(inStorage(hashes()))
        storage.becomeUncertain()
        #expect(sharedBlocks == 3)
        storage.dropUncertain()
        #expect(sharedBlocks == 0)
    }
}
