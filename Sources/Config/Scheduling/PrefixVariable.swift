/// A variable for a size of what first releases remember of the prompts that they sent, in bytes of
/// text.
struct PrefixVariable {
    let name: String
    /// Of `prefix-cache-scorer`.
    let parameter: String
    let range: ClosedRange<Int>
    /// The release's own default.
    let standard: Int

    /// Of llm-d's own store. The block's size has two names, of which the later one outweighs.
    private static let router = [
        PrefixVariable(
            name: "PREFIX_SCORER_CACHE_BLOCK_SIZE",
            parameter: "hashBlockSize",
            range: 1...1 << 20,
            standard: 256
        ),
        PrefixVariable(
            name: "PREFIX_SCORER_BLOCK_SIZE",
            parameter: "hashBlockSize",
            range: 1...1 << 20,
            standard: 256
        ),
        PrefixVariable(
            name: "PREFIX_SCORER_CACHE_CAPACITY",
            parameter: "lruCapacityPerServer",
            range: 1...10_000_000,
            standard: 500_000
        ),
    ]

    /// Of the Gateway API's store.
    static let gateway = [
        PrefixVariable(
            name: "PREFIX_CACHE_HASH_BLOCK_SIZE",
            parameter: "hashBlockSize",
            range: 1...1 << 20,
            standard: 64
        ),
        PrefixVariable(
            name: "PREFIX_CACHE_MAX_PREFIX_BLOCKS",
            parameter: "maxPrefixBlocksToMatch",
            range: 1...1 << 20,
            standard: 128
        ),
        PrefixVariable(
            name: "PREFIX_CACHE_LRU_CAPACITY_PER_SERVER",
            parameter: "lruCapacityPerServer",
            range: 1...10_000_000,
            standard: 31_250
        ),
    ]

    /// By the plug-in whose switch they go with.
    static let stores = ["PREFIX_AWARE_SCORER": router, "GIE_PREFIX_SCORER": gateway]
}
