import Domain

/// Which of a stored event's blocks count as further copies.
///
/// Engines announce each physical copy, and the removal of each, so copies are counted. But an
/// engine that is asked to report in full (vLLM's `kv_cache_report_mode`) also announces blocks
/// again that it merely reused, and nothing on the wire tells. What tells is that an engine that
/// has a prompt's beginning cached announces only what follows it, with a parent. So the leading
/// blocks of an event that begins a prompt are the same copies again if the cache has them
/// already; unless they were stored in the same batch, where the engine computes equal prompts
/// side by side, or the event is of one block alone, which engines recompute when it ends a
/// prompt.
///
/// After events were lost, what leads may be what nobody heard of: then all blocks of such an
/// event are the same copies again if the cache has them, so that none is counted that is not.
///
/// What remains wrong: a full report of a one-block prompt, or of one that was stored in the same
/// batch, counts copies too many, which stay until the engine clears its cache or starts over.
/// A full report counts a copy too few of a last block that was computed again, and so do equal
/// prompts that were computed side by side in different batches: those blocks are forgotten a
/// removal early.
enum CopyRule: Sendable {
    /// Every block is one more copy.
    case everyCopy
    /// Blocks that the cache has are the same copy again.
    case onlyFirst
    /// The leading blocks are, as many as the cache has.
    case leadingOnlyFirst

    /// How many of the first blocks count no further copy if they are held.
    ///
    /// - Parameter parts: Keys of one block.
    func leadingBlocks(
        of keys: [BlockKey],
        in holders: CacheHolders,
        tier: CacheTier,
        parts: Int = 1
    ) -> Int {
        switch self {
        case .everyCopy: return 0
        case .onlyFirst: return keys.count / parts
        case .leadingOnlyFirst:
            var block = 0
            while (block + 1) * parts <= keys.count,
                holders.contains(keys[block * parts], tier: tier)
            {
                block += 1
            }
            return block
        }
    }
}
