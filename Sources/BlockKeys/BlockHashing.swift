internal import CBlockHash
import Domain
import Glibc

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

    /// The hash of a whole message, by this algorithm's function.
    func digest(of message: HashedBytes) -> BlockDigest {
        var bytes = message.bytes
        bytes.append(contentsOf: repeatElement(0, count: SHA256.paddingMax))
        // Safe: there is room for the padding behind the message.
        let digest = unsafe bytes.withUnsafeMutableBufferPointer {
            unsafe block_hash_message(kind, $0.baseAddress, message.bytes.count)
        }
        return BlockDigest(digest)
    }
}

/// How the blocks of a scheme are hashed.
struct BlockFunction: Sendable {
    let algorithm: BlockKeyAlgorithm
    /// How many tokens each block has.
    let blockTokens: Int
    /// Whether it does without the processor's instructions for SHA-256.
    let isPortable: Bool

    /// Appends the keys of whole blocks. Moves `digest` from the parent's to that of the last.
    ///
    /// - Parameter tail: Ends the hashed form of each block.
    func appendKeys(
        for tokens: Span<TokenID>,
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
                            tail_length: tail.count,
                            is_portable: isPortable
                        )
                        unsafe block_hash_run(
                            algorithm.kind,
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

extension SHA256 {
    /// How many bytes may be overwritten behind a message.
    fileprivate static let paddingMax = 72

    static func portableDigest(of message: HashedBytes) -> BlockDigest {
        var bytes = message.bytes
        bytes.append(contentsOf: repeatElement(0, count: paddingMax))
        // Safe: there is room for the padding behind the message.
        let digest = unsafe bytes.withUnsafeMutableBufferPointer {
            unsafe block_hash_sha256_portable($0.baseAddress, message.bytes.count)
        }
        return BlockDigest(digest)
    }
}

extension Span<TokenID> {
    /// A number that is hardly ever the same for other tokens, unless somebody wants it to be.
    var fingerprint: UInt64 {
        unsafe withUnsafeBytes { unsafe block_hash_fingerprint($0.baseAddress, $0.count) }
    }

    /// Copies the tokens over those of `array` from `first` on, which must be as many.
    func copy(over array: inout [TokenID], from first: Int) {
        precondition(first >= 0 && first + count <= array.count, "the tokens do not fit")
        unsafe withUnsafeBufferPointer { tokens in
            guard let source = tokens.baseAddress else { return }
            unsafe array.withUnsafeMutableBufferPointer { array in
                // Safe: the precondition.
                unsafe array.baseAddress?.advanced(by: first).update(
                    from: source,
                    count: tokens.count
                )
            }
        }
    }

    func isEqual(to other: Span<TokenID>) -> Bool {
        guard count == other.count else { return false }
        return unsafe withUnsafeBytes { bytes in
            unsafe other.withUnsafeBytes { otherBytes in
                guard let first = bytes.baseAddress,
                    let second = otherBytes.baseAddress
                else { return true }
                // Safe: both have as many bytes.
                return unsafe memcmp(first, second, bytes.count) == 0
            }
        }
    }
}
