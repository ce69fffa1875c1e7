import Crypto

/// What a hub says that a file's bytes are: its entity tag is the SHA-256 of a large file, and
/// the SHA-1 that git gives the blob of a small one.
struct HubChecksum: Equatable, Sendable {
    /// Lower-case hexadecimal. Names the blob in the cache.
    let hex: String

    /// Nil if the tag is something else, which proves nothing about the bytes.
    init?(entityTag: String) {
        var tag = entityTag[...]
        if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
        if tag.hasPrefix("\""), tag.hasSuffix("\""), tag.utf8.count >= 2 {
            tag = tag.dropFirst().dropLast()
        }
        let isHex = tag.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
        guard isHex, [HubChecksum.gitDigits, HubChecksum.sha256Digits].contains(tag.utf8.count)
        else { return nil }
        hex = String(tag)
    }

    private static let gitDigits = 40
    private static let sha256Digits = 64

    func matches(_ bytes: [UInt8]) -> Bool {
        guard hex.utf8.count == HubChecksum.gitDigits else {
            return SHA256Digest(of: bytes).hex == hex
        }
        return SHA1Digest(of: Array("blob \(bytes.count)\0".utf8) + bytes).hex == hex
    }
}
