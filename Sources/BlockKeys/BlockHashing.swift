internal import CBlockHash
import Domain

// The one file of this target with unsafe code: it lends memory to C for the length of a call.

extension BlockDigest {
    /// The words as they lie in memory; the rest are zeros.
    init(_ digest: block_digest) { self.init(words: digest.words) }

    var inC: block_digest { block_digest(words: words) }
}

extension BlockKeyAlgorithm {
    fileprivate var kind: block_hash_kind {
        switch self {
        case .sha256: BLOCK_HASH_SHA256_PICKLE
        case .sha256CBOR: BLOCK_HASH_SHA256_CBOR
        case .xxhash: BLOCK_HASH_XXH3_PICKLE
        case .xxhashCBOR: BLOCK_HASH_XXH3_CBOR
        case .sha256CBOR64Bit: BLOCK_HASH_SHA256_CBOR_64
        case .sglang: BLOCK_HASH_SHA256_PLAIN
        case .xxh64: BLOCK_HASH_XXH64_PLAIN
        case .cborFNV: BLOCK_HASH_FNV_CBOR
        }
    }

    /// What SHA-256 may overwrite behind a message.
    private static let paddingMax = 72

    /// The hash of a whole message, by this algorithm's function.
    func digest(of message: HashedBytes) -> BlockDigest {
        var bytes = message.bytes
        let count = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: Self.paddingMax))
        // Safe: there is room for the padding behind the message.
        let digest = unsafe bytes.withUnsafeMutableBufferPointer {
            unsafe block_hash_message(kind, $0.baseAddress, count)
        }
        return BlockDigest(digest)
    }

    /// Appends the keys of whole blocks. Moves `digest` from the parent's to that of the last.
    ///
    /// - Parameters:
    ///   - blockTokens: How many tokens each block has.
    ///   - tail: Ends the hashed form of each block.
    func appendKeys(
        for tokens: Span<TokenID>,
        blockTokens: Int,
        tail: [UInt8],
        after digest: inout BlockDigest,
        to keys: inout [BlockKey]
    ) {
        let blockCount = tokens.count / blockTokens
        let first = keys.count
        keys.append(contentsOf: repeatElement(BlockKey(rawValue: 0), count: blockCount))
        var parent = digest.inC
        let scratchBytes = block_hash_scratch(blockTokens, tail.count)
        // Safe: a `TokenID` is a `UInt32` and a `BlockKey` a `UInt64` in memory; there are enough
        // of both for `blockCount` blocks; C keeps nothing.
        unsafe tokens.withUnsafeBytes { tokens in
            unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: scratchBytes) {
                scratch in
                unsafe tail.withUnsafeBufferPointer { tail in
                    unsafe keys.withUnsafeMutableBytes { keys in
                        var run = unsafe block_run(
                            block_tokens: blockTokens,
                            block_count: blockCount,
                            tail: tail.baseAddress,
                            tail_length: tail.count
                        )
                        unsafe block_hash_run(
                            kind,
                            &run,
                            tokens.baseAddress?.assumingMemoryBound(to: UInt32.self),
                            &parent,
                            keys.baseAddress?.assumingMemoryBound(to: UInt64.self)
                                .advanced(by: first),
                            scratch.baseAddress
                        )
                    }
                }
            }
        }
        digest = BlockDigest(parent)
    }
}
