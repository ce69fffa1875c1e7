import BlockKeys
import Domain
import KVIndexer
import Randomness
import Testing

@Suite struct SnapshotRoundTripTests {
    private let fixture: SnapshotFixture

    init() throws { fixture = try SnapshotFixture() }

    private func cache(_ endpoint: UInt32, _ rank: UInt16 = 0) -> CacheID {
        CacheID(endpoint: EndpointID(rawValue: endpoint), rank: rank)
    }

    /// Of two ranks that hold equally much, either may be taken; even numbers have two.
    private func comparable(_ match: EndpointMatch) -> [Int32] {
        let tiers = match.blocksByTier
        let hasRanks = match.endpoint.rawValue.isMultiple(of: 2)
        return [Int32(match.endpoint.rawValue), match.blocks, match.uncertainBlocks]
            + (hasRanks ? [] : [tiers[0], tiers[1], tiers[2], tiers[3]])
    }

    /// Prompts of which some begin alike.
    private func prompts(_ random: inout SplitMix64) -> [[UInt64]] {
        var prompts: [[UInt64]] = []
        for _ in 0..<12 {
            let start = prompts.randomElement(using: &random).map { $0.prefix(random.below(20)) }
            prompts.append(
                Array(start ?? []) + (0..<1 + random.below(30)).map { _ in random.next() }
            )
        }
        return prompts
    }

    @Test(arguments: 0..<20)
    func `a loaded index answers as the saved one did, and calls it uncertain`(
        seed: Int
    ) async throws {
        var random = SplitMix64(seed: UInt64(seed))
        let prompts = prompts(&random)
        let saved = fixture.index()
        var publishers: [CacheID: SavedPublisher] = [:]
        for number in 0..<5 {
            for rank in 0..<UInt16(1 + number % 2) {
                let cache = cache(UInt32(number), rank)
                publishers[cache] = SnapshotFixture.publisher(number, rank: rank)
                for space in 0..<UInt16(2) {
                    let holder = saved.open(
                        cache,
                        in: KeySpaceID(rawValue: space),
                        as: .confirmed
                    )
                    for prompt in prompts where random.below(3) > 0 {
                        let keys = prompt.prefix(random.below(prompt.count + 1))
                            .map(BlockKey.init(rawValue:))
                        let tier = CacheTier(rawValue: UInt8(random.below(4))) ?? .gpu
                        let id = try #require(holder)
                        saved.store(keys.span, in: id, tier: tier, counting: .everyCopy)
                    }
                }
            }
        }
        await fixture.service(saved, ScriptedFeed(publishers: publishers)).save()

        let loaded = fixture.index()
        // The pool is numbered the other way round.
        let endpoints = (0..<5).map { SnapshotFixture.endpoint(9 - UInt32($0), $0, ranks: 2) }
        let outcome = try fixture.load(into: loaded, for: endpoints)
        #expect(outcome.caches.count == publishers.count)
        #expect(outcome.cachesLeftOut == 0)
        for prompt in prompts {
            for space in 0..<UInt16(2) {
                let before = saved.matches(prompt, in: space)
                let after = loaded.matches(prompt, in: space + 7)
                let expected = before.endpoints.map { match in
                    var match = EndpointMatch(
                        endpoint: EndpointID(rawValue: 9 - match.endpoint.rawValue),
                        rank: match.rank,
                        blocks: match.blocks,
                        blocksByTier: match.blocksByTier
                    )
                    match.uncertainBlocks = match.blocks
                    return match
                }
                let found = after.endpoints.map(comparable)
                #expect(found == expected.reversed().map(comparable))
            }
        }
    }

    @Test func `positions and the engine's keys come back with their cache`() async throws {
        let saved = fixture.index()
        saved.hold([1, 2, 3], at: cache(4))
        let keys = (0..<200_000).map {
            (hash: EngineBlockHash(rawValue: $0 / 2), key: BlockKey(rawValue: $0))
        }
        let publisher = SnapshotFixture.publisher(4)
        let feed = ScriptedFeed(publishers: [cache(4): publisher], engineKeys: [cache(4): keys])
        await fixture.service(saved, feed).save()

        let loaded = fixture.index()
        let endpoints = [SnapshotFixture.endpoint(1, 4)]
        let restored = try #require(try fixture.load(into: loaded, for: endpoints).caches[cache(1)])
        #expect(restored.position == publisher.position)
        #expect(restored.blocks.holders.map(\.id) == loaded.openHolders.map(\.id))
        #expect(restored.blocks.holders.map(\.space.rawValue) == [7])
        #expect(restored.blocks.engineKeys.map(\.hash) == keys.map(\.hash))
        #expect(restored.blocks.engineKeys.map(\.key) == keys.map(\.key))
    }

    @Test func `long runs of many holders are cut and come back whole`() async throws {
        let keys = (0..<40_000).map { UInt64($0) &* 0x9E37_79B9 }
        var publishers: [CacheID: SavedPublisher] = [:]
        let holders = fixture.index()
        for number in 0..<5_000 {
            publishers[cache(UInt32(number))] = SnapshotFixture.publisher(number)
            holders.hold([], at: cache(UInt32(number)))
        }
        var encoder = SnapshotEncoder(
            of: RunSource(keys: keys, holders: holders),
            fedBy: ScriptedFeed(publishers: publishers),
            writerVersion: "0.0",
            createdMilliseconds: SnapshotFixture.now
        )
        var bytes: [UInt8] = []
        while let piece = await encoder.next() { bytes += piece }
        #expect(encoder.byteCount == bytes.count)
        try fixture.write(bytes)

        let loaded = fixture.index()
        let endpoints = [SnapshotFixture.endpoint(0, 0), SnapshotFixture.endpoint(1, 4_999)]
        let outcome = try fixture.load(into: loaded, for: endpoints)
        #expect(outcome.counts.runs == 6)
        #expect(outcome.counts.blocks == 80_000)
        #expect(outcome.cachesLeftOut == 4_998)
        let matches = loaded.matches(keys, in: 7)
        #expect(matches.endpoints.map(\.blocks) == [40_000, 40_000])
        #expect(matches.endpoints.map(\.blocksByTier) == [[40_000, 0, 0, 0], [40_000, 0, 0, 0]])
    }

    @Test func `storage that all reach is found again`() async throws {
        let saved = fixture.index()
        saved.hold([1, 2, 3], at: .shared, tier: .object)
        let position = StreamPosition(number: 1, payloadHash: 2)
        let feed = ScriptedFeed(publishers: [
            .shared: SavedPublisher(address: nil, position: position)
        ])
        await fixture.service(saved, feed).save()
        let loaded = fixture.index()
        #expect(try fixture.load(into: loaded, for: []).caches.keys.map(\.self) == [.shared])
        #expect(loaded.matches([1, 2, 3], in: 7).sharedBlocks == 3)
    }
}
