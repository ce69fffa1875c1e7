package import BlockKeys

/// A key space by what it means, which another process numbers otherwise.
package struct SavedSpace: Hashable, Sendable {
    package var scheme: BlockKeyScheme
    package var model: String

    package init(scheme: BlockKeyScheme, model: String) {
        self.scheme = scheme
        self.model = model
    }

    /// Whether a file can hold it: engines may name a model as they like.
    var fits: Bool { [scheme.seed ?? "", model].allSatisfy(SnapshotFormat.fits) }
}

/// A cache and its publisher, by addresses, which another process numbers otherwise.
package struct SavedPublisher: Hashable, Sendable {
    /// The endpoint's, as requests are sent there. Nil: storage that every endpoint reaches.
    package var address: String?
    package var rank: UInt16
    /// The endpoint's, from which rank 0 publishes.
    package var eventsAddress: String?
    package var position: StreamPosition

    package init(
        address: String?,
        rank: UInt16 = 0,
        eventsAddress: String? = nil,
        position: StreamPosition
    ) {
        self.address = address
        self.rank = rank
        self.eventsAddress = eventsAddress
        self.position = position
    }

    /// Whether a file can hold it.
    var fits: Bool { [address ?? "", eventsAddress ?? ""].allSatisfy(SnapshotFormat.fits) }
}

/// A holder by its place in the file.
struct SavedHolder: Hashable, BitwiseCopyable {
    let place: Int
    let tiers: CacheTiers
}

/// What a snapshot knows of one cache of the present pool. Its blocks are uncertain until a replay
/// from the position has shown that the stream is still the same one.
package struct RestoredCache: Sendable {
    package let position: StreamPosition
    package let blocks: RestoredBlocks
}

/// How much a snapshot holds.
package struct SnapshotCounts: Equatable, Sendable {
    package var spaces: UInt64 = 0
    package var publishers: UInt64 = 0
    package var holders: UInt64 = 0
    package var runs: UInt64 = 0
    /// Blocks of all runs. One that many caches hold is in one run, unless there are too many.
    package var blocks: UInt64 = 0
    package var engineKeys: UInt64 = 0
}
