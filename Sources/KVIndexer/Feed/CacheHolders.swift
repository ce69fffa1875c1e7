import Domain

/// What one publisher has put into the index in one key space: the blocks that its engine is known
/// to have, and beside them what is left from before events were lost. Belongs to one thread.
///
/// A block that the engine announces again leaves the uncertain ones, and a removal applies to
/// both. What is confirmed is never more than what the engine has: each copy in it was announced
/// since the last loss, and no removal since has been missed.
struct CacheHolders: Sendable {
    /// What was lost before is forgotten when so many losses have followed.
    private static let uncertainMax = 4

    let cache: CacheID
    let space: KeySpaceID
    private let index: any KVIndex
    /// Nil until something is stored.
    private var confirmed: HolderID?
    private(set) var uncertain: [HolderID]

    init(of cache: CacheID, in space: KeySpaceID, index: any KVIndex, uncertain: [HolderID] = []) {
        self.cache = cache
        self.space = space
        self.index = index
        self.uncertain = uncertain
    }

    /// Those that are open now.
    var all: [HolderID] { uncertain + (confirmed.map { [$0] } ?? []) }

    /// Stores blocks that follow each other in a prompt.
    ///
    /// - Parameter known: How many of the first ones count no further copy if they are held.
    /// - Returns: false if the index takes no more holders.
    mutating func store(
        _ keys: Span<BlockKey>,
        known: Int,
        after parent: BlockKey?,
        tier: CacheTier
    ) -> Bool {
        guard !keys.isEmpty else { return true }
        if confirmed == nil { confirmed = index.open(cache, in: space, as: .confirmed) }
        guard let confirmed else { return false }
        let known = min(known, keys.count)
        if known > 0 {
            let leading = keys.extracting(..<known)
            index.store(leading, after: parent, in: confirmed, tier: tier, counting: .onlyFirst)
        }
        if known < keys.count {
            let others = keys.extracting(known...)
            let parent = known > 0 ? keys[known - 1] : parent
            index.store(others, after: parent, in: confirmed, tier: tier, counting: .everyCopy)
        }
        for holder in uncertain { index.remove(keys, from: holder, tier: tier) }
        return true
    }

    func remove(_ keys: Span<BlockKey>, tier: CacheTier) {
        guard !keys.isEmpty else { return }
        if let confirmed { index.remove(keys, from: confirmed, tier: tier) }
        for holder in uncertain { index.remove(keys, from: holder, tier: tier) }
    }

    /// Whether the engine is known to have the block, in any tier.
    func contains(_ key: BlockKey) -> Bool {
        guard let confirmed else { return false }
        return index.contains(key, in: confirmed)
    }

    /// An uncertain holder turns out to be right. To be called before anything is stored.
    mutating func confirm(_ holder: HolderID) {
        guard confirmed == nil, let place = uncertain.firstIndex(of: holder) else { return }
        index.markConfirmed(holder)
        confirmed = uncertain.remove(at: place)
    }

    /// Whether the engine is known to have the block in that tier.
    func contains(_ key: BlockKey, tier: CacheTier) -> Bool {
        guard let confirmed else { return false }
        return index.contains(key, in: confirmed, tier: tier)
    }

    mutating func becomeUncertain() {
        guard let holder = confirmed else { return }
        confirmed = nil
        index.markUncertain(holder)
        uncertain.append(holder)
        if uncertain.count > CacheHolders.uncertainMax { index.close(uncertain.removeFirst()) }
    }

    mutating func dropUncertain() {
        for holder in uncertain { index.close(holder) }
        uncertain = []
    }

    mutating func close() {
        dropUncertain()
        if let holder = confirmed { index.close(holder) }
        confirmed = nil
    }
}
