/// What the index may hold. Beyond either bound, blocks that no lookup has touched for longest
/// are forgotten first.
package struct InMemoryIndexConfig: Equatable, Sendable {
    /// Blocks of the whole pool, each counted once however many endpoints hold it.
    package var keysMax = 100_000_000
    /// All that the index allocates.
    package var bytesMax = 8 << 30

    package init() {}
}
