/// How far the hashing of a prompt has come: the last block's whole hash, of which its key may be
/// only a part. Belongs to the hasher that it came from.
package struct BlockKeyChain: Hashable, Sendable {
    var digest: BlockDigest
    /// Nil if it is not known.
    var blockCount: Int?

    var isAtRoot: Bool { blockCount == 0 }
}

/// A block's hash: 32 bytes in the order of its algorithm, filled up with zeros.
struct BlockDigest: Hashable, Sendable, BitwiseCopyable {
    var words = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))

    static func == (left: BlockDigest, right: BlockDigest) -> Bool { left.words == right.words }
    func hash(into hasher: inout Hasher) { hasher.combine(words.0 ^ words.3) }
}
