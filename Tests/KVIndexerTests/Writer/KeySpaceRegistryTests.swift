import BlockKeys
import Domain
import KVIndexer
import Testing

@Suite struct KeySpaceRegistryTests {
    private let spaces = KeySpaceRegistry()

    private func scheme(
        _ algorithm: BlockKeyAlgorithm = .sha256CBOR,
        seed: String? = nil,
        style: ExtraKeyStyle = .tagged
    ) -> BlockKeyScheme {
        BlockKeyScheme(
            algorithm: algorithm,
            blockSize: BlockSize(tokenCount: 16),
            seed: seed,
            extraKeys: style
        )
    }

    @Test func `a space is the same for the same scheme and model, in any style`() throws {
        let id = try #require(spaces.id(of: scheme(), model: "m"))
        #expect(spaces.id(of: scheme(), model: "m") == id)
        #expect(spaces.id(of: scheme(.sha256CBOR, style: .offsets), model: "m") == id)
        #expect(spaces.id(of: scheme(.sha256CBOR, seed: "1"), model: "m") != id)
        #expect(spaces.id(of: scheme(.sha256), model: "m") != id)
        #expect(spaces.id(of: scheme(), model: "n") != id)
    }

    @Test func `a space is active while anybody uses it`() throws {
        let id = try #require(spaces.id(of: scheme(), model: "m"))
        #expect(spaces.active.isEmpty)
        spaces.join(id)
        spaces.join(id)
        spaces.leave(id)
        #expect(spaces.active.map(\.id) == [id])
        spaces.leave(id)
        #expect(spaces.active.isEmpty)
        #expect(spaces.space(id)?.model == "m")
    }

    @Test func `spaces are bounded, and those that nobody uses make room`() throws {
        let used = try #require(spaces.id(of: scheme(), model: "used"))
        spaces.join(used)
        for number in 0..<3_000 { #expect(spaces.id(of: scheme(), model: "\(number)") != nil) }
        #expect(spaces.id(of: scheme(), model: "used") == used)
        for number in 0..<3_000 {
            if let id = spaces.id(of: scheme(), model: "\(number)") { spaces.join(id) }
        }
        #expect(spaces.active.count == 1_024)
        #expect(spaces.id(of: scheme(), model: "one more") == nil)
    }
}
