package import Domain

/// An index that can be written to a snapshot. May be called from any thread.
package protocol SnapshotSource: Sendable {
    var openHolders: [OpenHolder] { get }

    /// Calls `body` once for each run of blocks that the same holders hold in the same tiers, for
    /// about `entriesMax` blocks. Returns false at the end. A block that nobody stores or removes
    /// between the calls comes exactly once.
    func exportRuns(
        from cursor: inout IndexCursor,
        entriesMax: Int,
        _ body: (Span<BlockKey>, [HolderTiers]) -> Void
    ) -> Bool
}

extension InMemoryIndex: SnapshotSource {}

/// The part of the event feed that a snapshot needs. May be called from any task.
package protocol SnapshotFeed: Sendable {
    /// Every cache whose publisher has been heard, with the position up to which the index has
    /// applied its events. A position that is too early costs a repetition; one that is too late
    /// loses events. Left out are caches whose blocks are not all in holders of saved spaces, as
    /// while the scheme of their keys is not known yet.
    func savedPublishers() async -> [CacheID: SavedPublisher]

    /// What a key space is. Nil for spaces that mean nothing to another process.
    func savedSpace(of id: KeySpaceID) async -> SavedSpace?

    /// The cache's blocks by the engine's hashes, a hash with several keys once for each; empty
    /// where the hashes are the keys. Asked for one cache at a time, after the blocks have been
    /// written.
    func engineKeys(of cache: CacheID) async -> [(hash: EngineBlockHash, key: BlockKey)]
}
