/// What an index has in it.
package struct IndexStatistics: Equatable, Sendable {
    /// Blocks, each once. Those of closed holders count until a sweep has come by.
    package var keys = 0
    /// (block, holder) pairs.
    package var pairs = 0
    package var holders = 0
    package var uncertainHolders = 0
    /// Holders that are closed, and whose blocks a sweep has not removed yet.
    package var closedHolders = 0
    /// Sets of two or more holders of the same blocks.
    package var holderSets = 0
    /// All that is allocated.
    package var bytes = 0
    /// Blocks displaced because the index was full, since it was made.
    package var evictedKeys: UInt64 = 0
}
