package import Domain

/// The hash functions that name blocks, by the names that their users give them.
package enum BlockKeyAlgorithm: String, CaseIterable, Hashable, Sendable {
    // What engines compute. The names are those of vLLM's `--prefix-caching-hash-algo`.
    case sha256
    case sha256CBOR = "sha256_cbor"
    case xxhash
    case xxhashCBOR = "xxhash_cbor"
    /// vLLM 0.10.0 and 0.10.1.
    case sha256CBOR64Bit = "sha256_cbor_64bit"
    case sglang

    // Keys of our own, which llm-d shares.
    case xxh64
    case cborFNV = "cbor-fnv"
}

/// Everything that two parties must have in common for the keys of equal blocks to be equal.
package struct BlockKeyScheme: Hashable, Sendable {
    package var algorithm: BlockKeyAlgorithm
    package var blockSize: BlockSize
    /// `PYTHONHASHSEED` of the engines, or llm-d's `hashSeed`. Nil: what engines use without one.
    package var seed: String?

    package init(algorithm: BlockKeyAlgorithm, blockSize: BlockSize, seed: String? = nil) {
        self.algorithm = algorithm
        self.blockSize = blockSize
        self.seed = seed
    }
}
