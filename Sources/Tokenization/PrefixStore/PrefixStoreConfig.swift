/// How much text the prefix store remembers, and in what pieces.
package struct PrefixStoreConfig: Equatable, Sendable {
    /// Blocks remembered at most, of all models together. 0 turns the store off.
    package var cacheSize = 500_000
    /// Bytes of text after which a block ends at the next safe place. Smaller blocks find more
    /// of a text that changes in its middle, and cost more memory and time for each byte.
    package var blockSize = 256
    /// Memory for texts, ids and what finds them. English text costs about 2.3 bytes for
    /// each of its own, so the default holds some 115 MB of it.
    package var bytesMax = 256 << 20

    package init() {}
}
