import Domain
import Foundation
import KVIndexer
import Synchronization
import Telemetry
import Testing

@Suite struct SnapshotServiceTests {
    private let fixture: SnapshotFixture
    private let cache = CacheID(endpoint: EndpointID(rawValue: 3))
    private let endpoints = [SnapshotFixture.endpoint(1, 1)]

    init() throws { fixture = try SnapshotFixture() }

    private func feed(onBegin: @escaping @Sendable () async -> Void = {}) -> ScriptedFeed {
        ScriptedFeed(publishers: [cache: SnapshotFixture.publisher(1)], onBegin: onBegin)
    }

    private func restore(_ service: SnapshotService) async -> [CacheID: RestoredCache] {
        await service.restore(for: endpoints) { ScriptedFeed.loadedSpace($0) }
    }

    @Test func `what is saved at shutdown is there at the next start`() async throws {
        let before = fixture.index()
        before.hold([1, 2, 3], at: cache)
        await fixture.service(before, feed()).save()
        #expect(fixture.names == ["index.snapshot"])
        let attributes = try FileManager.default.attributesOfItem(atPath: fixture.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(fixture.metrics.snapshot.lastSavedSeconds.value == 1_800_000_000)
        #expect(fixture.metrics.snapshot.bytes.value == Int64(try fixture.bytes().count))
        #expect(fixture.metrics.snapshot.blocks.value == 3)

        let after = fixture.index()
        let restored = await restore(fixture.service(after, feed()))
        #expect(restored.keys.map(\.endpoint.rawValue) == [1])
        #expect(after.matches([1, 2, 3], in: 7).endpoints.map(\.uncertainBlocks) == [3])
        #expect(fixture.metrics.snapshot.blocksRestored.value == 3)
    }

    @Test func `the first start finds nothing and refuses nothing`() async {
        #expect(await restore(fixture.service(fixture.index(), feed())).isEmpty)
        #expect(
            SnapshotError.Reason.allCases.allSatisfy { fixture.metrics.snapshot.refused($0) == 0 }
        )
    }

    @Test func `a snapshot that is refused is named, counted and not loaded`() async throws {
        try fixture.write(Array("no snapshot, but long enough".utf8))
        let index = fixture.index()
        #expect(await restore(fixture.service(index, feed())).isEmpty)
        #expect(index.openHolders.isEmpty)
        #expect(fixture.metrics.snapshot.refused(.malformed) == 1)
        #expect(fixture.logged.contains { $0.contains("the file is no snapshot") })
    }

    @Test func `a save that fails leaves the snapshot before, and nothing half done`() async throws
    {
        let index = fixture.index()
        await fixture.service(index, feed()).save()
        let bytes = try fixture.bytes()
        // A folder of that name cannot be removed as a file is, even by root.
        let obstacle = fixture.path + ".saving"
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: true)
        index.hold([1], at: cache)
        await fixture.service(index, feed()).save()
        #expect(try fixture.bytes() == bytes)
        #expect(fixture.metrics.snapshot.savesFailed.value == 1)

        let elsewhere = fixture.service(index, feed()) { $0.path = fixture.folder + "/a/b" }
        await elsewhere.save()
        #expect(fixture.metrics.snapshot.savesFailed.value == 2)
    }

    @Test func `saves wait for each other`() async {
        let running = Mutex((now: 0, most: 0, all: 0))
        let feed = feed {
            running.withLock {
                $0.now += 1
                $0.all += 1
                $0.most = max($0.most, $0.now)
            }
            for _ in 0..<20 { await Task.yield() }
            running.withLock { $0.now -= 1 }
        }
        let service = fixture.service(fixture.index(), feed)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { await service.save() } }
        }
        #expect(running.withLock { $0.all } == 8)
        #expect(running.withLock { $0.most } == 1)
    }

    @Test func `while it runs it saves, and once it is cancelled no more`() async throws {
        let (begun, continuation) = AsyncStream<Void>.makeStream()
        let service = fixture.service(fixture.index(), feed { continuation.yield() }) {
            $0.intervalSeconds = 1
        }
        let running = Task { await service.run() }
        for await _ in begun { break }
        running.cancel()
        await running.value
        let saved = try fixture.bytes()
        await service.save()  // as at shutdown
        #expect(try fixture.bytes() == saved)
    }

    @Test func `blocks that nobody touches are saved, however much else is stored`() async throws {
        let index = fixture.index()
        let kept = (0..<2_000).map { UInt64($0) << 48 | 1 }
        index.hold(kept, at: cache)
        let storing = Task.detached { [cache] in
            let holder = index.open(cache, in: KeySpaceID(rawValue: 0), as: .confirmed)
            var round: UInt64 = 0
            while !Task.isCancelled, let holder {
                let keys = (0..<16).map { BlockKey(rawValue: (round &* 31 + $0) << 20 | 2) }
                index.store(keys.span, in: holder, tier: .gpu, counting: .onlyFirst)
                if round.isMultiple(of: 2) { index.remove(keys.span, from: holder, tier: .gpu) }
                round += 1
                await Task.yield()
            }
        }
        await fixture.service(index, feed()).save()
        storing.cancel()
        await storing.value
        let loaded = fixture.index()
        _ = try fixture.load(into: loaded, for: endpoints)
        #expect(loaded.matches(kept, in: 7).endpoints.map(\.blocks) == [2_000])
    }

    @Test func `settings that cannot work are refused`() {
        var configs = [SnapshotConfig](repeating: SnapshotConfig(), count: 5)
        configs[0].intervalSeconds = 0
        configs[1].ageMaxSeconds = 0
        configs[2].bytesMax = 0
        configs[3].peerTimeoutSeconds = 0
        configs[4].peerURL = "http://10.0.0.1:9090"
        for config in configs {
            #expect(throws: SnapshotConfigError.self) { try config.validated() }
        }
        configs[4].path = "/var/lib/warmpath/index.snapshot"
        #expect(throws: Never.self) { try configs[4].validated() }
    }
}
