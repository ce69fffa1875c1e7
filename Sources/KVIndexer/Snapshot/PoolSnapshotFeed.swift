package import Domain
import Threads

/// Tells a snapshot what the pool's publishers have sent, under the addresses of their endpoints.
package struct PoolSnapshotFeed: SnapshotFeed {
    /// May block.
    private let positions: @Sendable () -> [CacheID: StreamPosition]
    private let endpoints: @Sendable () -> [Endpoint]
    private let space: @Sendable (KeySpaceID) -> SavedSpace?
    /// May block.
    private let keys: @Sendable (CacheID) -> [(hash: EngineBlockHash, key: BlockKey)]

    /// - Parameters:
    ///   - positions: what is applied of each stream, without those that `savedPublishers` leaves
    ///     out. Called on a thread of its own: it may wait.
    ///   - endpoints: the pool at the moment of the call.
    ///   - space: what a key space is; nil if it means nothing elsewhere.
    ///   - engineKeys: as `SnapshotFeed.engineKeys`. Called on a thread of its own.
    package init(
        positions: @escaping @Sendable () -> [CacheID: StreamPosition],
        endpoints: @escaping @Sendable () -> [Endpoint],
        space: @escaping @Sendable (KeySpaceID) -> SavedSpace?,
        engineKeys: @escaping @Sendable (CacheID) -> [(hash: EngineBlockHash, key: BlockKey)]
    ) {
        self.positions = positions
        self.endpoints = endpoints
        self.space = space
        keys = engineKeys
    }

    /// None if the system has no thread to ask on: the snapshot is empty then, and harmless.
    package func savedPublishers() async -> [CacheID: SavedPublisher] {
        let positions = (try? await OSThread.perform(named: "snapshot", positions)) ?? [:]
        let byID = Dictionary(
            endpoints().map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var publishers: [CacheID: SavedPublisher] = [:]
        for (cache, position) in positions {
            if cache == .shared {
                publishers[cache] = SavedPublisher(address: nil, position: position)
            } else if let endpoint = byID[cache.endpoint] {
                publishers[cache] = SavedPublisher(
                    address: endpoint.address,
                    rank: cache.rank,
                    eventsAddress: endpoint.kvEventsAddress,
                    position: position
                )
            }
        }
        return publishers
    }

    package func savedSpace(of id: KeySpaceID) async -> SavedSpace? { space(id) }

    package func engineKeys(
        of cache: CacheID
    ) async -> [(hash: EngineBlockHash, key: BlockKey)] {
        let keys = keys
        return (try? await OSThread.perform(named: "snapshot") { keys(cache) }) ?? []
    }
}
