import BlockKeys
import Domain
import KVIndexer
import Randomness
import Synchronization
import Testing

/// An engine whose events go on being applied while its blocks are saved.
@Suite struct SnapshotReplayTests {
    private enum Change {
        case store(BlockKey)
        case remove(BlockKey)
    }

    private static let cache = CacheID(endpoint: EndpointID(rawValue: 0))
    private static let keys: [UInt64] = (0..<64).map { SplitMix64.mixed($0) }

    /// The engine's stream up to now, and an index that has applied it.
    private final class Engine: SnapshotSource, SnapshotFeed {
        let index: InMemoryIndex
        let holder: HolderID
        private let stream: Mutex<(changes: [Change], random: SplitMix64)>

        init(_ index: InMemoryIndex, seed: Int) throws {
            self.index = index
            let space = KeySpaceID(rawValue: 0)
            holder = try #require(index.open(cache, in: space, as: .confirmed))
            stream = Mutex((changes: [], random: SplitMix64(seed: UInt64(seed))))
            for _ in 0..<100 { goOn() }
        }

        var changes: [Change] { stream.withLock { $0.changes } }

        func goOn() {
            stream.withLock { stream in
                let key = BlockKey(rawValue: keys[stream.random.below(keys.count)])
                let isStored = index.contains(key, in: holder)
                stream.changes.append(isStored ? .remove(key) : .store(key))
                apply(stream.changes[stream.changes.count - 1], to: holder, of: index)
            }
        }

        func goOn(atMost countMax: Int) {
            let count = stream.withLock { $0.random.below(countMax + 1) }
            for _ in 0..<count { goOn() }
        }

        func savedPublishers() async -> [CacheID: SavedPublisher] {
            let last = UInt64(changes.count - 1)
            goOn(atMost: 5)
            let position = StreamPosition(number: last, payloadHash: 0)
            let address = SnapshotFixture.publisher(1)
            return [
                cache: SavedPublisher(
                    address: address.address,
                    eventsAddress: address.eventsAddress,
                    position: position
                )
            ]
        }

        func savedSpace(of id: KeySpaceID) async -> SavedSpace? { ScriptedFeed.spaces[id] }
        func engineKeys(of cache: CacheID) async -> [(hash: EngineBlockHash, key: BlockKey)] { [] }

        var openHolders: [OpenHolder] { index.openHolders }

        /// Few blocks in a call, in the order of their keys, and changes between the calls.
        func exportRuns(
            from cursor: inout IndexCursor,
            entriesMax: Int,
            _ body: (Span<BlockKey>, [HolderTiers]) -> Void
        ) -> Bool {
            goOn(atMost: 5)
            let first = place.withLock { $0 }
            let page = keys.sorted().filter { $0 >= first }.prefix(5)
            for key in page where index.contains(BlockKey(rawValue: key), in: holder) {
                let run = [BlockKey(rawValue: key)]
                body(run.span, [HolderTiers(holder: holder, tiers: CacheTiers(.gpu))])
            }
            guard let last = page.last, last != keys.max() else { return false }
            place.withLock { $0 = last + 1 }
            return true
        }

        private let place = Mutex<UInt64>(0)
    }

    private static func apply(_ change: Change, to holder: HolderID, of index: InMemoryIndex) {
        switch change {
        case .store(let key):
            let run = [key]
            index.store(run.span, in: holder, tier: .gpu, counting: .onlyFirst)
        case .remove(let key):
            let run = [key]
            index.remove(run.span, from: holder, tier: .gpu)
        }
    }

    @Test(arguments: 0..<50)
    func `a replay from the saved position brings a loaded index to where the engine is`(
        seed: Int
    ) async throws {
        let fixture = try SnapshotFixture()
        let engine = try Engine(fixture.index(), seed: seed)
        var encoder = SnapshotEncoder(
            of: engine,
            fedBy: engine,
            writerVersion: "0.0",
            createdMilliseconds: SnapshotFixture.now
        )
        var bytes: [UInt8] = []
        while let piece = await encoder.next() { bytes += piece }
        try fixture.write(bytes)
        engine.goOn(atMost: 20)

        let loaded = fixture.index()
        let outcome = try fixture.load(into: loaded, for: [SnapshotFixture.endpoint(1, 1)])
        let restored = try #require(outcome.caches.values.first)
        let holder = try #require(restored.blocks.holders.first?.id)
        for change in engine.changes.dropFirst(Int(restored.position.number) + 1) {
            Self.apply(change, to: holder, of: loaded)
        }
        for key in Self.keys.map(BlockKey.init(rawValue:)) {
            #expect(
                loaded.contains(key, in: holder) == engine.index.contains(key, in: engine.holder)
            )
        }
    }
}
