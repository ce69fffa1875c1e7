/// How far the hashing of a prompt has come: the last block's whole hash, of which its key may be
/// only a part. Belongs to the hasher that it came from.
package struct BlockKeyChain: Hashable, Sendable {
    var digest: BlockDigest
    /// Whether no block is behind it.
    var isAtRoot: Bool

    /// The whole hash in the order of its bytes, zeros behind it; or a number, lowest byte first.
    package var bytes: [UInt8] { digest.bytes }
}

/// A block's hash: 32 bytes in the order of its algorithm, filled up with zeros.
struct BlockDigest: Hashable, Sendable, BitwiseCopyable {
    var words = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))

    var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }
    }

    static func == (left: BlockDigest, right: BlockDigest) -> Bool { left.words == right.words }
    func hash(into hasher: inout Hasher) { hasher.combine(words.0 ^ words.3) }
}
