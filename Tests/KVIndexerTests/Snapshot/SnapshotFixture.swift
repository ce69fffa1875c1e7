import BlockKeys
import Domain
import Foundation
import KVIndexer
import Synchronization
import Telemetry

/// A feed that says what the test wants.
final class ScriptedFeed: SnapshotFeed {
    let publishers: [CacheID: SavedPublisher]
    let spaces: [KeySpaceID: SavedSpace]
    let engineKeys: [CacheID: [(hash: EngineBlockHash, key: BlockKey)]]
    /// Called at the beginning of each snapshot.
    private let onBegin: @Sendable () async -> Void

    init(
        publishers: [CacheID: SavedPublisher],
        spaces: [KeySpaceID: SavedSpace] = ScriptedFeed.spaces,
        engineKeys: [CacheID: [(hash: EngineBlockHash, key: BlockKey)]] = [:],
        onBegin: @escaping @Sendable () async -> Void = {}
    ) {
        self.publishers = publishers
        self.spaces = spaces
        self.engineKeys = engineKeys
        self.onBegin = onBegin
    }

    func savedPublishers() async -> [CacheID: SavedPublisher] {
        await onBegin()
        return publishers
    }

    func savedSpace(of id: KeySpaceID) async -> SavedSpace? { spaces[id] }
    func engineKeys(of cache: CacheID) async -> [(hash: EngineBlockHash, key: BlockKey)] {
        engineKeys[cache] ?? []
    }

    static let spaces: [KeySpaceID: SavedSpace] = [
        KeySpaceID(rawValue: 0): SavedSpace(
            scheme: BlockKeyScheme(algorithm: .sha256, blockSize: BlockSize(tokenCount: 16)),
            model: "one"
        ),
        KeySpaceID(rawValue: 1): SavedSpace(
            scheme: BlockKeyScheme(
                algorithm: .xxh64,
                blockSize: BlockSize(tokenCount: 64),
                seed: "42"
            ),
            model: "two/è"
        ),
    ]

    /// The number of a space in the process that loads: not the one that it was saved under.
    static func loadedSpace(_ space: SavedSpace) -> KeySpaceID? {
        spaces.first { $0.value == space }.map { KeySpaceID(rawValue: $0.key.rawValue + 7) }
    }
}

/// A folder, a clock and a log that a test looks at.
final class SnapshotFixture: Sendable {
    static let now: UInt64 = 1_800_000_000_000

    let folder: String
    let metrics = KVIndexerMetrics(registry: MetricsRegistry())
    private let lines = Mutex<[String]>([])

    init() throws {
        // In memory where there is such a folder: thousands of files come and go.
        let isShared = FileManager.default.isWritableFile(atPath: "/dev/shm")
        let root = isShared ? URL(filePath: "/dev/shm") : FileManager.default.temporaryDirectory
        let url = root.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        folder = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var path: String { folder + "/index.snapshot" }
    var logged: [String] { lines.withLock { $0 } }
    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    func index() -> InMemoryIndex {
        InMemoryIndex(config: InMemoryIndexConfig(), metrics: metrics)
    }

    func service(
        _ index: any KVIndex & SnapshotSource,
        _ feed: any SnapshotFeed,
        now: UInt64 = SnapshotFixture.now,
        change: (inout SnapshotConfig) -> Void = { _ in }
    ) -> SnapshotService {
        var config = SnapshotConfig()
        config.path = path
        change(&config)
        return SnapshotService(
            config: config,
            index: index,
            feed: feed,
            writerVersion: "0.0",
            metrics: metrics,
            log: Log(level: .debug) { line in self.lines.withLock { $0.append(line) } },
            nowMilliseconds: { now }
        )
    }

    func load(
        into index: any KVIndex,
        for endpoints: [Endpoint],
        now: UInt64 = SnapshotFixture.now
    ) throws(SnapshotError) -> SnapshotLoader.Outcome {
        let loader = SnapshotLoader(
            into: index,
            endpoints: endpoints,
            space: { ScriptedFeed.loadedSpace($0) }
        )
        return try loader.load(path, config: SnapshotConfig(), nowMilliseconds: now)
    }

    func bytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }
    func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(filePath: path)) }

    static func endpoint(
        _ id: UInt32,
        _ number: Int,
        events: String? = "",
        ranks: Int = 1
    ) -> Endpoint {
        Endpoint(
            id: EndpointID(rawValue: id),
            name: "e\(number)",
            address: "10.0.0.\(number):8000",
            kvEventsAddress: events == "" ? "tcp://10.0.0.\(number):5557" : events,
            dataParallelSize: ranks
        )
    }

    static func publisher(_ number: Int, rank: UInt16 = 0) -> SavedPublisher {
        SavedPublisher(
            address: "10.0.0.\(number):8000",
            rank: rank,
            eventsAddress: "tcp://10.0.0.\(number):5557",
            position: StreamPosition(number: UInt64(100 + number), payloadHash: .max - UInt64(rank))
        )
    }
}

extension KVIndex {
    /// A holder with these blocks.
    @discardableResult
    func hold(
        _ keys: [UInt64],
        at cache: CacheID,
        in space: UInt16 = 0,
        as kind: HolderKind = .confirmed,
        tier: CacheTier = .gpu
    ) -> HolderID? {
        let holder = open(cache, in: KeySpaceID(rawValue: space), as: kind)
        let keys = keys.map(BlockKey.init(rawValue:))
        if let holder { store(keys.span, in: holder, tier: tier, counting: .everyCopy) }
        return holder
    }

    func matches(_ keys: [UInt64], in space: UInt16) -> PrefixMatches {
        let keys = keys.map(BlockKey.init(rawValue:))
        return longestPrefixes(of: keys.span, in: KeySpaceID(rawValue: space))
    }
}
