import Foundation
import Randomness
import Testing

@testable import Routing

@Suite struct Base64Tests {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `the vectors of the standard come out`(text: String, encoded: String) {
        #expect(Base64.encode(text.utf8) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
        #expect(Base64.decode(encoded.filter { $0 != "=" }) == Array(text.utf8))
    }

    @Test(arguments: [
        "A", "AAAAA", "====", "=", "AA=A", "AAA==", "A===", "AA==AA==", "AA AA", "AAAA\n", "AA\0A",
        "ÄAAA", "AA=", "AAAA=", "AAAA====", "@AAA",
    ])
    func `what is not base64 is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func `both alphabets are read`() {
        #expect(Base64.decode("--__") == Base64.decode("++//"))
        #expect(Base64.decode("++//") == [0xFB, 0xEF, 0xFF])
    }

    @Test func `random bytes are encoded as Foundation does, and come back`() {
        var random = SplitMix64(seed: 1)
        for count in 0..<300 {
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let encoded = Base64.encode(bytes)
            #expect(encoded == Data(bytes).base64EncodedString())
            #expect(Base64.decode(encoded) == bytes)
        }
    }

    /// Foundation takes the standard alphabet with padding, and passes over more than we do.
    @Test func `random text is read as Foundation reads it, or refused for a reason`() {
        var random = SplitMix64(seed: 2)
        let characters = Array("ABab019+/-_= ")
        for _ in 0..<20_000 {
            let text = String(
                (0..<random.below(10)).map { _ in characters[random.below(characters.count)] }
            )
            let digits = text.replacing(/={1,2}$/, with: "")
            let isPadded = digits == text || text.count.isMultiple(of: 4)
            let isReadable =
                isPadded && digits.count % 4 != 1 && !digits.contains("=")
                && !digits.contains(" ")
            let standard = digits.replacing("-", with: "+").replacing("_", with: "/")
            let padding = String(repeating: "=", count: (4 - digits.count % 4) % 4)
            let known = isReadable ? Data(base64Encoded: standard + padding).map(Array.init) : nil
            #expect(Base64.decode(text) == known, "\(text)")
        }
    }
}
