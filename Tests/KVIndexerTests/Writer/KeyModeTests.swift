import BlockKeys
import Domain
import KVIndexer
import Synchronization
import Telemetry
import Testing

/// By which keys an engine's blocks are known, and how that is found out.
@Suite struct KeyModeTests {
    private let house = WriterHouse(mode: .auto) { $0.keys.engineSeeds = ["7"] }

    private func hasher(_ algorithm: BlockKeyAlgorithm, seed: String? = "7") -> BlockKeyHasher {
        BlockKeyHasher(
            scheme: BlockKeyScheme(
                algorithm: algorithm,
                blockSize: house.config.blockSize,
                seed: algorithm == .sglang ? nil : seed
            )
        )
    }

    private let prompt: [UInt32] = [1, 2, 3, 4, 5, 6]

    /// The prompt's blocks as an engine announces them, from one of them on.
    private func stored(
        by hasher: BlockKeyHasher,
        from first: Int = 0,
        named name: UInt64? = nil
    ) -> [UInt8] {
        var keys: [BlockKey] = []
        let tokens = prompt.map(TokenID.init(rawValue:))
        hasher.appendKeys(for: tokens.span, in: BlockKeyScope(model: "m"), to: &keys)
        let hashes = name.map { [$0, $0 + 1, $0 + 2] } ?? keys.map(\.rawValue)
        return PublishedStore(
            hashes: Array(hashes[first...]),
            parent: first > 0 ? hashes[first - 1] : nil,
            tokens: Array(prompt[first * 2..<hashes.count * 2]),
            blockSize: 2
        ).bytes
    }

    private func gauge(_ mode: KVIndexerMetrics.KeyMode) -> Int64 {
        house.metrics.keyMode(mode, of: "engine").value
    }

    @Test(arguments: BlockKeyAlgorithm.allCases.filter(\.isOfEngine))
    func `an engine's own hashes are found out from the first prompt`(
        algorithm: BlockKeyAlgorithm
    ) throws {
        var writer = house.writer()
        try writer.apply(stored(by: hasher(algorithm)))
        #expect(house.spaces.active.map(\.scheme.algorithm) == [algorithm])
        #expect(house.matched(prompt) == 3)
        #expect(gauge(.engineHash) == 1)
    }

    @Test func `blocks from before it is found out are not lost`() throws {
        var writer = house.writer()
        let sha = hasher(.sha256CBOR)
        try writer.apply(stored(by: sha, from: 2))
        try writer.apply(stored(by: sha, from: 1))
        let isDecided = writer.isDecided
        #expect(!isDecided)
        #expect(house.index.openHolders.isEmpty)
        try writer.apply(stored(by: sha))
        #expect(house.matched(prompt) == 3)
        // Block by block, what was announced thrice is there until it is removed thrice.
        let hashes = house.keys(of: prompt).map(\.rawValue)
        for left in [3, 3, 2] {
            try writer.apply(PublishedRemoval(hashes: [hashes[2]]).bytes)
            #expect(house.matched(prompt) == left)
        }
    }

    @Test func `a block under the engine's hash needs neither its parent nor its tokens`() throws {
        var writer = house.writer()
        let sha = hasher(.sha256)
        try writer.apply(stored(by: sha))
        try writer.apply(PublishedBatch.cleared)
        let hashes = house.keys(of: prompt).map(\.rawValue)
        try writer.apply(stored(by: sha, from: 1), PublishedStore(hashes: [hashes[0]]).bytes)
        #expect(house.matched(prompt) == 3)
    }

    @Test func `an engine whose hash nobody knows gets keys of our own`() throws {
        var writer = house.writer()
        let own = hasher(.sha256CBOR)
        for name in 0..<100 as Range<UInt64> where !writer.isDecided {
            try writer.apply(stored(by: own, named: 1_000 * name))
        }
        #expect(house.matched(prompt) == 3)
        #expect(gauge(.requestKey) == 1)
    }

    @Test func `where only engines' hashes are wanted, it is left out`() throws {
        let house = WriterHouse(mode: .engineHash)
        var writer = house.writer()
        for name in 0..<100 as Range<UInt64> {
            try writer.apply(stored(by: hasher(.sha256CBOR), named: 1_000 * name))
        }
        #expect(house.metrics.skipped(.unknownScheme) > 0)
        #expect(house.keyCount == 0)
        #expect(house.metrics.keyMode(.none, of: "engine").value == 1)
    }

    @Test func `an engine that starts over may hash otherwise`() throws {
        var writer = house.writer()
        try writer.apply(stored(by: hasher(.sha256)))
        writer.startOver()
        #expect(house.matched(prompt) == 0)
        #expect(house.spaces.active.isEmpty)
        try writer.apply(stored(by: hasher(.sglang)))
        #expect(house.matched(prompt) == 3)
        #expect(house.spaces.active.map(\.scheme.algorithm) == [.sglang])
    }

    @Test func `blocks of another size than the scheme's get keys of our own`() throws {
        var writer = house.writer()
        let other: [UInt32] = [11, 12, 13, 14, 15, 16, 17, 18]
        let first = PublishedStore(hashes: [8], tokens: Array(other[..<4]), blockSize: 4)
        let next = PublishedStore(hashes: [9], parent: 8, tokens: Array(other[4...]), blockSize: 4)
        let odd = PublishedStore(hashes: [10], tokens: [1, 2, 3], blockSize: 3)
        try writer.apply(stored(by: hasher(.sha256)), first.bytes, next.bytes, odd.bytes)
        #expect(house.metrics.skipped(.invalidBlockSize) == 1)
        #expect(house.matched(prompt) == 3)
        #expect(house.matched(other) == 4)
        try writer.apply(PublishedRemoval(hashes: [9]).bytes)
        #expect(house.matched(other) == 2)
    }

    @Test func `blocks that an engine reports again and again are not too many`() throws {
        let house = WriterHouse(mode: .auto) {
            $0.keys.engineSeeds = ["7"]
            $0.endpointBlocksMax = 10
        }
        var writer = house.writer()
        for _ in 0..<20 { try writer.apply(stored(by: hasher(.sha256), from: 0)) }
        for _ in 0..<20 { try writer.apply(stored(by: hasher(.sha256), from: 2)) }
        #expect(house.metrics.skipped(.tooManyBlocks) == 0)
        #expect(house.matched(prompt) == 3)
    }

    @Test func `what was found is logged once`() throws {
        let lines = Mutex<[String]>([])
        let context = FeedContext(
            index: house.index,
            spaces: house.spaces,
            config: house.config,
            metrics: house.metrics,
            log: Log(level: .info) { line in lines.withLock { $0.append(line) } }
        )
        var writer = IndexWriter(
            for: CacheID(endpoint: WriterHouse.endpoint),
            named: "engine",
            in: context
        )
        try writer.apply(stored(by: hasher(.sha256CBOR)))
        try writer.apply(stored(by: hasher(.sha256CBOR), from: 1))
        let logged = lines.withLock { $0 }
        #expect(logged.count == 1)
        #expect(logged.first?.contains("sha256_cbor") == true)
        #expect(logged.first?.contains("given") == true)
    }

    @Test func `a batch that breaks off is reported, whatever is known`() throws {
        var writer = house.writer()
        let whole = PublishedBatch.bytes([stored(by: hasher(.sha256))])
        let broken = Array(whole.dropLast(9))
        #expect(throws: (any Error).self) { try writer.apply(broken.span, model: "m") }
        try writer.apply(whole.span, model: "m")
        #expect(throws: (any Error).self) { try writer.apply(broken.span, model: "m") }
        #expect(house.matched(prompt) == 3)
    }
}
