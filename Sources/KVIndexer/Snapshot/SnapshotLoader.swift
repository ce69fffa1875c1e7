package import Domain
import Files

/// Brings a snapshot's blocks into the index, for the caches of the present pool, as uncertain
/// ones.
package struct SnapshotLoader: Sendable {
    /// What came of a file.
    package struct Outcome: Sendable {
        package var caches: [CacheID: RestoredCache]
        /// Of the whole file.
        package var counts: SnapshotCounts
        /// Caches in the file of which nothing is in the index: their endpoints are gone or
        /// publish elsewhere, or nobody here compares keys like theirs.
        package var cachesLeftOut: Int
    }

    private let index: any KVIndex
    private let endpointsByAddress: [String: Endpoint]
    private let space: @Sendable (SavedSpace) -> KeySpaceID?

    /// - Parameter space: the number that a key space has here. Nil: nobody looks into such a one.
    package init(
        into index: any KVIndex,
        endpoints: [Endpoint],
        space: @escaping @Sendable (SavedSpace) -> KeySpaceID?
    ) {
        self.index = index
        self.space = space
        endpointsByAddress = Dictionary(
            endpoints.map { ($0.address, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Reads the file twice: nothing is stored before all of it is verified. Blocks on the disk:
    /// give it a thread.
    ///
    /// - Parameter nowMilliseconds: since 1970.
    package func load(
        _ path: String,
        config: SnapshotConfig,
        nowMilliseconds: UInt64
    ) throws(SnapshotError) -> Outcome {
        let limits = SnapshotDecoder.Limits(
            bytesMax: config.bytesMax,
            ageMaxSeconds: config.ageMaxSeconds,
            nowMilliseconds: nowMilliseconds
        )
        var decoder = SnapshotDecoder(reading: try SnapshotLoader.open(path), limits)
        var nobody = NoVisitor()
        _ = try decoder.decode(into: &nobody)
        var restoring = SnapshotRestoring(into: index, cache: cache(of:), space: space)
        do throws(SnapshotError) {
            let counts = try decoder.decode(into: &restoring)
            return restoring.finish(counts)
        } catch {
            restoring.abandon()  // somebody writes into the file
            throw error
        }
    }

    private static func open(_ path: String) throws(SnapshotError) -> FileReader {
        do throws(FileError) {
            return try FileReader.open(path)
        } catch {
            throw .unreadable(error)
        }
    }

    /// The cache as it is numbered here. An endpoint that publishes elsewhere than it did is
    /// another engine, even if it has the address.
    private func cache(of publisher: SavedPublisher) -> CacheID? {
        guard let address = publisher.address else { return .shared }
        guard let endpoint = endpointsByAddress[address],
            endpoint.kvEventsAddress == publisher.eventsAddress,
            Int(publisher.rank) < endpoint.dataParallelSize
        else { return nil }
        return CacheID(endpoint: endpoint.id, rank: publisher.rank)
    }
}
