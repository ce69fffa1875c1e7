/// SHA-256, as blocks are hashed with it.
package enum SHA256 {
    /// With the processor's own instructions, where it has them.
    package static func digest(of message: [UInt8]) -> [UInt8] {
        BlockKeyAlgorithm.sha256.digest(of: HashedBytes(message)).bytes
    }

    /// Without them.
    package static func portableDigest(of message: [UInt8]) -> [UInt8] {
        portableDigest(of: HashedBytes(message)).bytes
    }
}
