import BlockKeys
import Domain
import KVIndexer
import Telemetry
import Testing

/// Engines of which too little is announced to find out how they hash.
@Suite struct AssumedKeysTests {
    private let house = WriterHouse(mode: .auto) {
        $0.keys.engineSeeds = ["7"]
        $0.endpointBlocksMax = 10_000
    }
    private let prompt = (0..<6_000).map(UInt32.init)

    private func hasher(_ algorithm: BlockKeyAlgorithm) -> BlockKeyHasher {
        BlockKeyHasher(
            scheme: BlockKeyScheme(
                algorithm: algorithm,
                blockSize: BlockSize(tokenCount: 2),
                seed: algorithm == .sglang ? nil : "7"
            )
        )
    }

    /// The prompt's hashes. Without algorithm, such as nobody can compute.
    private func hashes(_ algorithm: BlockKeyAlgorithm?) -> [UInt64] {
        guard let algorithm else { return (1...3_000).map { $0 * 1_000 } }
        var keys: [BlockKey] = []
        let tokens = prompt.map(TokenID.init(rawValue:))
        hasher(algorithm).appendKeys(for: tokens.span, in: BlockKeyScope(model: "m"), to: &keys)
        return keys.map(\.rawValue)
    }

    private func stored(_ places: Range<Int>, of hashes: [UInt64]) -> [UInt8] {
        PublishedStore(
            hashes: Array(hashes[places]),
            parent: places.lowerBound > 0 ? hashes[places.lowerBound - 1] : nil,
            tokens: Array(prompt[places.lowerBound * 2..<places.upperBound * 2]),
            blockSize: 2
        ).bytes
    }

    /// Has the engine announce all blocks from one on, a few at a time.
    private func announce(
        _ places: Range<Int>,
        of hashes: [UInt64],
        to writer: inout IndexWriter
    ) throws {
        for first in stride(from: places.lowerBound, to: places.upperBound, by: 100) {
            try writer.apply(stored(first..<min(first + 100, places.upperBound), of: hashes))
        }
    }

    private var algorithms: [BlockKeyAlgorithm] { house.spaces.active.map(\.scheme.algorithm) }

    @Test func `one beginning that nobody can compute is enough in the end`() throws {
        var writer = house.writer()
        let hashes = hashes(nil)
        try announce(0..<3_000, of: hashes, to: &writer)
        #expect(house.matched(prompt) == 3_000)
        #expect(house.metrics.keyMode(.requestKey, of: "engine").value == 1)
    }

    @Test func `what waits is not forgotten, but ends the waiting`() throws {
        var writer = house.writer()
        let hashes = hashes(nil)
        try writer.apply(stored(0..<1, of: hashes))
        for _ in 0..<3 {
            let removals = [[UInt8]](repeating: PublishedRemoval(hashes: [1]).bytes, count: 6_000)
            let payload = PublishedBatch.bytes(removals)
            try writer.apply(payload.span, model: "m")
        }
        #expect(house.matched(prompt) == 1)
    }

    @Test func `without any beginning, the engine is taken for vLLM as it is by default`() throws {
        var writer = house.writer()
        let hashes = hashes(.sha256)
        try announce(1..<1_000, of: hashes, to: &writer)
        try writer.apply(PublishedStore(hashes: [hashes[0]]).bytes)
        #expect(house.matched(prompt) == 1_000)
        try writer.apply(stored(0..<1, of: hashes))
        #expect(house.matched(prompt) == 1_000)
    }

    @Test func `without any beginning, the engine is taken for one like its neighbor`() throws {
        let hashes = hashes(.xxhashCBOR)
        var neighbor = house.writer(for: CacheID(endpoint: EndpointID(rawValue: 2)))
        try neighbor.apply(stored(0..<1, of: hashes))
        var writer = house.writer()
        try announce(1..<1_000, of: hashes, to: &writer)
        try writer.apply(PublishedStore(hashes: [hashes[0]]).bytes)
        #expect(house.matched(prompt) == 1_000)
        neighbor.end()
    }

    @Test(arguments: [BlockKeyAlgorithm.xxhashCBOR, nil])
    func `a beginning disproves what was assumed`(algorithm: BlockKeyAlgorithm?) throws {
        var writer = house.writer()
        let hashes = hashes(algorithm)
        try announce(1..<1_000, of: hashes, to: &writer)
        #expect(algorithms == [.sha256])
        try announce(0..<3_000, of: hashes, to: &writer)
        #expect(algorithms == [algorithm ?? .xxh64])
        #expect(house.matched(prompt) == 3_000)
        #expect(
            house.metrics.keyMode(.engineHash, of: "engine").value == (algorithm == nil ? 0 : 1)
        )
        writer.end()
        #expect(house.keyCount == 0)
        #expect(house.spaces.active.isEmpty)
    }

    @Test func `where only engines' hashes are wanted, beginnings are waited for`() throws {
        let house = WriterHouse(mode: .engineHash)
        var writer = house.writer()
        try announce(0..<3_000, of: hashes(nil), to: &writer)
        let isDecided = writer.isDecided
        #expect(!isDecided)
    }
}
