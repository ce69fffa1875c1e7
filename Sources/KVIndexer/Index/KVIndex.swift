package import Domain

/// Which caches hold which blocks.
///
/// Every method may be called from any thread. Changes of one holder come from one thread at a
/// time and take effect in its order. No lookup sees a call half applied.
///
/// A cache may have several holders at once, in one key space or in several: it holds a block if
/// any of them does.
package protocol KVIndex: Sendable {
    /// Nil if the index cannot take another holder.
    func open(_ cache: CacheID, in space: KeySpaceID, as kind: HolderKind) -> HolderID?

    /// From here on, no lookup takes the holder's blocks for confirmed. Costs the same for any
    /// number of blocks.
    func markUncertain(_ holder: HolderID)

    /// From here on, lookups take the holder's blocks for confirmed again.
    func markConfirmed(_ holder: HolderID)

    /// Forgets the holder and all its blocks. Takes effect at once, for any number of blocks;
    /// the memory is given back later.
    func close(_ holder: HolderID)

    /// Stores blocks that follow each other in a prompt. They are found however they are stored,
    /// but soonest if one call has them all, or says what they follow.
    ///
    /// - Parameter parent: the block before the first one. Nil if it is the prompt's first block,
    ///   or unknown. A wrong one costs time only.
    func store(
        _ keys: Span<BlockKey>,
        after parent: BlockKey?,
        in holder: HolderID,
        tier: CacheTier,
        counting: CopyCounting
    )

    /// Removes one copy of each block, in any order. Removing what is not held changes nothing.
    func remove(_ keys: Span<BlockKey>, from holder: HolderID, tier: CacheTier)

    /// Whether the holder has the block, in any tier.
    func contains(_ key: BlockKey, in holder: HolderID) -> Bool

    /// Whether the holder has the block in that tier. An index that cannot tell says whether it
    /// has it in any.
    func contains(_ key: BlockKey, in holder: HolderID, tier: CacheTier) -> Bool

    /// Whether a holder of kind `confirmed` has the block, in any tier. An index that cannot tell
    /// says no.
    func isConfirmed(_ key: BlockKey, at cache: CacheID, in space: KeySpaceID) -> Bool

    /// For each endpoint, how many of the leading blocks it holds without a gap; of an endpoint's
    /// ranks, the best. Adds to what `matches` has. Allocates nothing, once `matches` has room.
    func longestPrefixes(
        of keys: Span<BlockKey>,
        in space: KeySpaceID,
        into matches: inout PrefixMatches
    )
}

extension KVIndex {
    package func contains(_ key: BlockKey, in holder: HolderID, tier: CacheTier) -> Bool {
        contains(key, in: holder)
    }

    package func store(
        _ keys: Span<BlockKey>,
        in holder: HolderID,
        tier: CacheTier,
        counting: CopyCounting
    ) {
        store(keys, after: nil, in: holder, tier: tier, counting: counting)
    }

    package func longestPrefixes(of keys: Span<BlockKey>, in space: KeySpaceID) -> PrefixMatches {
        var matches = PrefixMatches(blockCount: keys.count)
        longestPrefixes(of: keys, in: space, into: &matches)
        return matches
    }
}
