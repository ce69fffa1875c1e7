import Domain
import KVIndexer
import Testing

@Suite struct PoolSnapshotFeedTests {
    private let position = StreamPosition(number: 8, payloadHash: 9)

    @Test func `publishers are known by the addresses of their endpoints`() async {
        let first = SnapshotFixture.endpoint(1, 1, ranks: 2)
        let second = SnapshotFixture.endpoint(2, 2, events: nil)
        let gone = CacheID(endpoint: EndpointID(rawValue: 3))
        let ranked = CacheID(endpoint: first.id, rank: 1)
        let central = CacheID(endpoint: second.id)
        let feed = PoolSnapshotFeed(
            positions: { [position] in
                [ranked: position, central: position, gone: position, .shared: position]
            },
            endpoints: { [first, second] },
            space: { ScriptedFeed.spaces[$0] },
            engineKeys: { cache in
                let hash = EngineBlockHash(rawValue: UInt64(cache.endpoint.rawValue))
                return [(hash: hash, key: BlockKey(rawValue: 5))]
            }
        )
        let expected: [CacheID: SavedPublisher] = [
            ranked: SavedPublisher(
                address: first.address,
                rank: 1,
                eventsAddress: first.kvEventsAddress,
                position: position
            ),
            central: SavedPublisher(address: second.address, position: position),
            .shared: SavedPublisher(address: nil, position: position),
        ]
        #expect(await feed.savedPublishers() == expected)
        #expect(await feed.savedSpace(of: KeySpaceID(rawValue: 1))?.model == "two/è")
        #expect(await feed.engineKeys(of: central).map(\.hash.rawValue) == [2])
    }
}
