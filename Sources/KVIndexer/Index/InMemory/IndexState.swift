internal import Domain

/// All that the index knows, for one thread at a time to change.
///
/// Invariants:
/// 1. The directory has exactly the live entries of the arena, each under its key.
/// 2. A live entry is held by somebody; some of its holders may be closed, none is free.
/// 3. `pairs` counts (entry, open holder), and `HolderTable.Account.blocks` the same by holder.
///
/// Thread safety: under the index's lock.
struct IndexState: ~Copyable {
    /// Copies beside the first, for so many blocks in so many.
    private static let blocksPerCopyRow = 8
    /// What such a copy takes, in tables that are as full as they mostly are.
    private static let copyRowBytes = 48
    /// What a key takes in the arena and, in a full page, in the directory.
    private static let keyBytesMin = 12 + 8

    let config: InMemoryIndexConfig
    var arena: BlockArena
    var directory: BlockDirectory
    var sets = HolderSets()
    var holders = HolderTable()
    var copies: CopyCounts
    var batch = KeyBatch()
    var sweep = Sweep.idle
    var pairs = 0
    var evictedKeys: UInt64 = 0

    init(config: InMemoryIndexConfig) {
        self.config = config
        // No more fit in by their bytes.
        let keysMax = min(config.keysMax, config.bytesMax / Self.keyBytesMin)
        arena = BlockArena(liveMax: keysMax)
        directory = BlockDirectory(countMax: keysMax)
        let rowsMax = min(
            config.keysMax / Self.blocksPerCopyRow,
            config.bytesMax / 16 / Self.copyRowBytes
        )
        copies = CopyCounts(rowsMax: max(1_024, rowsMax))
    }

    var bytes: Int { arena.bytes + directory.bytes + sets.bytes + holders.bytes + copies.bytes }

    @inline(__always)
    func entry(of key: BlockKey) -> UInt32? {
        directory.entry(directory.hash(key)) { arena.holds(key, at: $0) }
    }

    /// The entry of a batch's key; `likely` is looked at first.
    @inline(__always)
    func entry(of key: BlockKey, _ index: Int, likely: UInt32?) -> UInt32? {
        if let likely, likely < arena.count, arena.holds(key, at: likely) { return likely }
        let hint = batch.hint(index)
        if arena.holds(key, at: hint) { return hint }
        return directory.entry(batch.hash(index)) { arena.holds(key, at: $0) }
    }

    /// Takes an entry that nobody holds any more out of everything but the sets.
    mutating func forget(_ entry: UInt32) {
        directory.remove(entry, directory.hash(arena.keys[Int(entry)]))
        arena.clear(entry)
    }

    mutating func finish(_ transition: inout SetTransition) {
        let growth = transition.finish(&sets)
        holders.addBlocks(growth, to: transition.membership.slot)
        pairs += growth
    }

    /// The tiers that the holder has the block in.
    func tiers(of key: BlockKey, in holder: HolderID) -> CacheTiers {
        guard let slot = holders.slot(of: holder), let entry = entry(of: key) else { return [] }
        return CacheTiers(rawValue: sets.tiers(of: slot, in: arena.sets[Int(entry)], holders))
    }

    func isConfirmed(_ key: BlockKey, at cache: CacheID, in space: KeySpaceID) -> Bool {
        guard let entry = entry(of: key) else { return false }
        var isConfirmed = false
        sets.forEachMember(of: arena.sets[Int(entry)]) { member in
            if holders.isConfirmed(member.slot, at: cache, in: space) { isConfirmed = true }
        }
        return isConfirmed
    }

    mutating func close(_ holder: HolderID) {
        guard let slot = holders.slot(of: holder) else { return }
        pairs -= holders.close(slot)
        if holders.closedCount > Self.closedHoldersMax { sweep(entriesMax: Self.entriesPerClosing) }
    }

    var statistics: IndexStatistics {
        let uncertain = holders.openHolders.count { $0.kind == .uncertain }
        return IndexStatistics(
            keys: directory.count,
            pairs: pairs,
            holders: holders.openCount,
            uncertainHolders: uncertain,
            closedHolders: holders.closedCount,
            holderSets: sets.count,
            bytes: bytes,
            evictedKeys: evictedKeys
        )
    }
}
