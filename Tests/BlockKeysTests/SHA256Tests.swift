import BlockKeys
import Crypto
import Randomness
import Testing

struct SHA256Tests {
    @Test func `both implementations of SHA-256 are OpenSSL's`() {
        var random = SplitMix64(seed: 256)
        for count in Array(0...300) + [1000, 4096, 65_537] {
            let message = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let expected = SHA256Digest(of: message).bytes
            #expect(SHA256.digest(of: message) == expected)
            #expect(SHA256.portableDigest(of: message) == expected)
        }
    }
}
