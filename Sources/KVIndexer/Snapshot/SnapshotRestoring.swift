import Domain

/// Stores what is read from a snapshot that was verified.
struct SnapshotRestoring: SnapshotVisitor {
    private struct Publisher {
        /// Nil if it is left out.
        var cache: CacheID?
        let position: StreamPosition
        var blocks = RestoredBlocks.none
    }

    private let index: any KVIndex
    private let cache: (SavedPublisher) -> CacheID?
    private let space: (SavedSpace) -> KeySpaceID?

    private var spaces: [KeySpaceID?] = []
    private var publishers: [Publisher] = []
    private var caches: Set<CacheID> = []
    private var holders: [(publisher: Int, id: HolderID)?] = []
    private var lastKey: BlockKey?

    init(
        into index: any KVIndex,
        cache: @escaping (SavedPublisher) -> CacheID?,
        space: @escaping (SavedSpace) -> KeySpaceID?
    ) {
        self.index = index
        self.cache = cache
        self.space = space
    }

    mutating func visit(_ saved: SavedSpace) { spaces.append(space(saved)) }

    mutating func visit(_ saved: SavedPublisher) {
        var cache = cache(saved)
        // A file that has a cache twice is none of ours; the second time is left out.
        if let known = cache, !caches.insert(known).inserted { cache = nil }
        publishers.append(Publisher(cache: cache, position: saved.position))
    }

    mutating func visitHolder(publisher: Int, space: Int) {
        guard let cache = publishers[publisher].cache else { return holders.append(nil) }
        guard let space = spaces[space], let id = index.open(cache, in: space, as: .uncertain)
        else {
            leaveOut(publisher)
            return holders.append(nil)
        }
        publishers[publisher].blocks.holders.append(RestoredHolder(id: id, space: space))
        holders.append((publisher, id))
    }

    /// Takes back what is stored of a cache, and keeps the rest out. Without all of its blocks,
    /// a replay from the position would not bring the missing ones; one from zero does.
    private mutating func leaveOut(_ publisher: Int) {
        for holder in publishers[publisher].blocks.holders { index.close(holder.id) }
        publishers[publisher] = Publisher(cache: nil, position: publishers[publisher].position)
    }

    mutating func visitRun(_ keys: Span<BlockKey>, heldBy savedHolders: [SavedHolder]) {
        for saved in savedHolders {
            guard let holder = holders[saved.place], publishers[holder.publisher].cache != nil
            else { continue }
            for tier in CacheTier.allCases where saved.tiers.contains(tier) {
                // The index exports prompts in their order: most runs go on where the last ended.
                index.store(
                    keys,
                    after: lastKey,
                    in: holder.id,
                    tier: tier,
                    counting: .onlyFirst
                )
            }
        }
        if !keys.isEmpty { lastKey = keys[keys.count - 1] }
    }

    mutating func visitEngineKeys(_ keys: [(hash: EngineBlockHash, key: BlockKey)], publisher: Int)
    {
        guard publishers[publisher].cache != nil else { return }
        publishers[publisher].blocks.engineKeys += keys
    }

    /// Closes every holder again.
    mutating func abandon() {
        for publisher in publishers.indices { leaveOut(publisher) }
    }

    consuming func finish(_ counts: SnapshotCounts) -> SnapshotLoader.Outcome {
        var caches: [CacheID: RestoredCache] = [:]
        for publisher in publishers {
            guard let cache = publisher.cache else { continue }
            caches[cache] = RestoredCache(position: publisher.position, blocks: publisher.blocks)
        }
        return SnapshotLoader.Outcome(
            caches: caches,
            counts: counts,
            cachesLeftOut: publishers.count(where: { $0.cache == nil })
        )
    }
}
