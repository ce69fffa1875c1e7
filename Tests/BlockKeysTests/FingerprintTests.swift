import BlockKeys
import Testing

@Suite struct FingerprintTests {
    @Test(arguments: [0, 1, 31, 32, 33, 64, 100])
    func `bytes in pieces have the fingerprint that they have in one`(first: Int) {
        let bytes = (0..<100).map { UInt8($0) }
        let whole = Fingerprint.hash(bytes.span)
        var stream = Fingerprint.Stream()
        stream.append(bytes.span.extracting(..<first))
        #expect((stream.hash == whole) == (first == 100))
        stream.append(bytes.span.extracting(first...))
        #expect(stream.hash == whole)
        #expect(stream.hash == whole)  // reading changes nothing
    }
}
