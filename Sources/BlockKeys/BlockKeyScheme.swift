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

    /// Whether engines announce these keys, so that their events need no map from hash to key.
    package var isOfEngine: Bool {
        switch self {
        case .xxh64, .cborFNV: false
        default: true
        }
    }

    /// Whether what is hashed is pickled; otherwise it is CBOR or plain numbers.
    var isPickled: Bool { self == .sha256 || self == .xxhash }

    /// Whether a key is the whole hash, so that it is enough to go on from.
    var keysAreWhole: Bool { [.sha256CBOR64Bit, .xxh64, .cborFNV].contains(self) }

    /// Whether finding a block's hash takes less time than computing it.
    var isSlow: Bool {
        switch self {
        case .sha256, .sha256CBOR, .sha256CBOR64Bit, .sglang, .cborFNV: true
        case .xxhash, .xxhashCBOR, .xxh64: false
        }
    }

    /// Whether all engines without a seed begin their chains alike. vLLM uses a secret of its own
    /// where a hash can be forged.
    var hasDefaultSeed: Bool { [.sha256, .sha256CBOR, .sglang, .xxh64, .cborFNV].contains(self) }
}

/// How vLLM writes what it hashes besides tokens. Other engines and our own keys have one way.
package enum ExtraKeyStyle: String, CaseIterable, Hashable, Sendable {
    /// vLLM 0.31 and later: `("lora", name, path)`, `("mm", identifier, offset)`,
    /// `("cache_salt", salt)`.
    case tagged
    /// 0.19 to 0.30: the adapter's name, `(identifier, offset)`, the salt.
    case offsets
    /// 0.11.1 to 0.18: the adapter's name, identifiers, the salt.
    case names
    /// 0.11.0 and earlier: the adapter's number, identifiers, the salt.
    case loraNumber
}

/// Everything that two parties must have in common for the keys of equal blocks to be equal.
package struct BlockKeyScheme: Hashable, Sendable {
    package var algorithm: BlockKeyAlgorithm
    package var blockSize: BlockSize
    /// `PYTHONHASHSEED` of the engines, or llm-d's `hashSeed`. Nil: what engines use without one,
    /// which is the same everywhere for SHA-256 since vLLM 0.29, and random for all others.
    package var seed: String?
    /// Of no meaning, and then best left alone, where the algorithm is not one of vLLM's.
    package var extraKeys: ExtraKeyStyle

    package init(
        algorithm: BlockKeyAlgorithm,
        blockSize: BlockSize,
        seed: String? = nil,
        extraKeys: ExtraKeyStyle = .tagged
    ) {
        self.algorithm = algorithm
        self.blockSize = blockSize
        self.seed = seed
        self.extraKeys = extraKeys
    }

    /// Whether the algorithm is one of vLLM's, which hash extra keys in the scheme's style.
    var hasStyle: Bool {
        switch algorithm {
        case .sglang, .xxh64, .cborFNV: false
        default: true
        }
    }

    var hashesMediaOffsets: Bool { hasStyle && [.tagged, .offsets].contains(extraKeys) }
    var hashesAdapterPath: Bool { hasStyle && extraKeys == .tagged }
}
