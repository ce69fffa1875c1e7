import Domain
import KVIndexer
import Testing

@Suite struct SnapshotPoolTests {
    private let fixture: SnapshotFixture
    private let cache = CacheID(endpoint: EndpointID(rawValue: 3))

    init() throws { fixture = try SnapshotFixture() }

    private func save(
        _ index: InMemoryIndex,
        spaces: [KeySpaceID: SavedSpace] = ScriptedFeed.spaces
    ) async {
        let publishers = [cache: SnapshotFixture.publisher(1, rank: cache.rank)]
        await fixture.service(index, ScriptedFeed(publishers: publishers, spaces: spaces)).save()
    }

    @Test(arguments: [
        [SnapshotFixture.endpoint(1, 2)],  // somebody else
        [SnapshotFixture.endpoint(1, 1, events: "tcp://10.0.0.1:6000")],
        [SnapshotFixture.endpoint(1, 1, events: nil)],
        [],
    ])
    func `an endpoint that is gone or publishes elsewhere is left out`(
        endpoints: [Endpoint]
    ) async throws {
        let saved = fixture.index()
        saved.hold([1, 2], at: cache)
        await save(saved)
        let loaded = fixture.index()
        let outcome = try fixture.load(into: loaded, for: endpoints)
        #expect(outcome.caches.isEmpty)
        #expect(outcome.cachesLeftOut == 1)
        #expect(loaded.openHolders.isEmpty)
    }

    @Test func `a rank that an endpoint no longer has is left out`() async throws {
        let saved = fixture.index()
        let second = CacheID(endpoint: cache.endpoint, rank: 1)
        saved.hold([1, 2], at: second)
        let feed = ScriptedFeed(publishers: [second: SnapshotFixture.publisher(1, rank: 1)])
        await fixture.service(saved, feed).save()
        for (ranks, count) in [(1, 0), (2, 1)] {
            let loaded = fixture.index()
            let endpoints = [SnapshotFixture.endpoint(1, 1, ranks: ranks)]
            #expect(try fixture.load(into: loaded, for: endpoints).caches.count == count)
        }
    }

    @Test func `what is uncertain or only expected is not saved`() async throws {
        let saved = fixture.index()
        saved.hold([1], at: cache)
        saved.hold([1, 2], at: cache, as: .uncertain)
        saved.hold([1, 2, 3], at: cache, as: .expected)
        await save(saved)
        let loaded = fixture.index()
        _ = try fixture.load(into: loaded, for: [SnapshotFixture.endpoint(1, 1)])
        #expect(loaded.matches([1, 2, 3], in: 7).endpoints.map(\.blocks) == [1])
    }

    /// A replay from the cache's position would never bring what is missing.
    @Test func `a cache is saved and loaded with all of its blocks, or not at all`() async throws {
        let endpoints = [SnapshotFixture.endpoint(1, 1)]
        let saved = fixture.index()
        saved.hold([1], at: cache, in: 0)
        saved.hold([2], at: cache, in: 1)
        var spaces = ScriptedFeed.spaces
        spaces[KeySpaceID(rawValue: 1)] = nil
        await save(saved, spaces: spaces)
        #expect(try fixture.load(into: fixture.index(), for: endpoints).caches.isEmpty)

        await save(saved)
        let loaded = fixture.index()
        let loader = SnapshotLoader(into: loaded, endpoints: endpoints) { space in
            space.model == "one" ? KeySpaceID(rawValue: 7) : nil
        }
        let now = SnapshotFixture.now
        let outcome = try loader.load(fixture.path, config: SnapshotConfig(), nowMilliseconds: now)
        #expect(outcome.caches.isEmpty)
        #expect(loaded.openHolders.isEmpty)
    }

    @Test func `a cache that nobody has heard of yet has no position and is not saved`()
        async throws
    {
        let saved = fixture.index()
        saved.hold([1], at: CacheID(endpoint: EndpointID(rawValue: 4)))
        await save(saved)
        let loaded = fixture.index()
        let endpoints = [SnapshotFixture.endpoint(1, 1)]
        let outcome = try fixture.load(into: loaded, for: endpoints)
        #expect(outcome.counts.blocks == 0)
        #expect(outcome.caches.count == 1)  // holds nothing, as of its position
    }

    /// A replay from the position repeats an event, and cannot bring one from before.
    @Test func `what is stored once the positions are known is saved, too`() async throws {
        let saved = fixture.index()
        saved.hold([1], at: cache)
        let feed = ScriptedFeed(publishers: [cache: SnapshotFixture.publisher(1)]) { [cache] in
            saved.hold([2], at: cache)
        }
        await fixture.service(saved, feed).save()
        let loaded = fixture.index()
        _ = try fixture.load(into: loaded, for: [SnapshotFixture.endpoint(1, 1)])
        #expect(loaded.matches([1, 2], in: 7).endpoints.map(\.blocks) == [2])
    }

    @Test func `a model whose name no file can hold keeps nobody else from being saved`()
        async throws
    {
        let saved = fixture.index()
        let other = CacheID(endpoint: EndpointID(rawValue: 4))
        saved.hold([1], at: cache, in: 0)
        saved.hold([1], at: other, in: 1)
        var spaces = ScriptedFeed.spaces
        spaces[KeySpaceID(rawValue: 1)]?.model = String(repeating: "è", count: 2_049)
        let publishers = [
            cache: SnapshotFixture.publisher(1), other: SnapshotFixture.publisher(2),
        ]
        await fixture.service(saved, ScriptedFeed(publishers: publishers, spaces: spaces)).save()
        let endpoints = [SnapshotFixture.endpoint(1, 1), SnapshotFixture.endpoint(2, 2)]
        let outcome = try fixture.load(into: fixture.index(), for: endpoints)
        #expect(outcome.caches.keys.map(\.endpoint.rawValue) == [1])
    }
}
