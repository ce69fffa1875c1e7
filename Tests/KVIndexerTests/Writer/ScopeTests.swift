import BlockKeys
import Domain
import KVIndexer
import Testing

/// Adapters and salts: what one tenant's requests have cached is nobody else's.
@Suite struct ScopeTests {
    private static let tokens: [UInt32] = [1, 2, 3, 4]

    /// An engine that hashes as SGLang does, which tells neither.
    private func sglang(_ house: WriterHouse, salt: String? = nil, adapter: String? = nil)
        -> PublishedStore
    {
        let scheme = BlockKeyScheme(algorithm: .sglang, blockSize: house.config.blockSize)
        var stored = PublishedStore()
        stored.hashes = ScopeTests.hashes(BlockKeyHasher(scheme: scheme))
        stored.tokens = ScopeTests.tokens
        stored.blockSize = 2
        stored.salt = salt
        stored.adapterName = adapter
        return stored
    }

    private static func hashes(
        _ hasher: BlockKeyHasher,
        _ scope: BlockKeyScope = BlockKeyScope(model: "m")
    ) -> [UInt64] {
        var keys: [BlockKey] = []
        let tokens = tokens.map(TokenID.init(rawValue:))
        hasher.appendKeys(for: tokens.span, in: scope, to: &keys)
        return keys.map(\.rawValue)
    }

    private let house = WriterHouse(mode: .auto)

    private func matched(_ model: String = "m", salt: String? = nil) -> Int {
        house.matched(ScopeTests.tokens, PromptScope(model: model, cacheSalt: salt))
    }

    @Test func `tenants do not match each other where the engine's hash is one for all`() throws {
        var writer = house.writer()
        try writer.apply(sglang(house).bytes)
        #expect([matched(), matched(salt: "a"), matched(salt: "b")] == [2, 0, 0])
        try writer.apply(sglang(house, salt: "a").bytes)
        #expect([matched(), matched(salt: "a"), matched(salt: "b")] == [2, 2, 0])
        try writer.apply(sglang(house, salt: "b").bytes, sglang(house, adapter: "lora").bytes)
        #expect([matched(salt: "a"), matched(salt: "b"), matched("lora")] == [2, 2, 2])
        #expect(matched("lora", salt: "a") == 0)
        var removed = PublishedRemoval(hashes: sglang(house).hashes)
        removed.hashes.removeFirst()
        try writer.apply(removed.bytes)
        #expect(
            [matched(), matched(salt: "a"), matched(salt: "b"), matched("lora")] == [1, 1, 1, 1]
        )
    }

    @Test func `a block of one tenant does not continue another's`() throws {
        var writer = house.writer()
        try writer.apply(sglang(house).bytes)
        var salted = sglang(house, salt: "a")
        salted.parent = salted.hashes.removeFirst()
        salted.tokens.removeFirst(2)
        try writer.apply(salted.bytes)
        #expect(house.metrics.skipped(.unknownParent) == 1)
        #expect(matched(salt: "a") == 0)
    }

    @Test func `a block that is only named is nobody's, if it may be another tenant's`() throws {
        var writer = house.writer()
        let hashes = sglang(house).hashes
        try writer.apply(sglang(house).bytes, sglang(house, salt: "a").bytes)
        try writer.apply(PublishedStore(hashes: hashes, medium: "CPU").bytes)
        try writer.apply(PublishedRemoval(hashes: hashes).bytes)
        #expect([matched(), matched(salt: "a")] == [0, 0])
    }

    @Test(arguments: ExtraKeyStyle.allCases)
    func `a salt that the engine hashes needs no keys of our own`(style: ExtraKeyStyle) throws {
        let scheme = BlockKeyScheme(
            algorithm: .sha256CBOR,
            blockSize: house.config.blockSize,
            extraKeys: style
        )
        let hasher = BlockKeyHasher(scheme: scheme)
        var plain = PublishedStore(hashes: ScopeTests.hashes(hasher))
        plain.tokens = ScopeTests.tokens
        plain.blockSize = 2
        var salted = plain
        salted.hashes = ScopeTests.hashes(hasher, BlockKeyScope(model: "m", cacheSalt: "a"))
        salted.extras = [["a"], []]
        var writer = house.writer()
        try writer.apply(plain.bytes)
        try writer.apply(salted.bytes)
        #expect([matched(), matched(salt: "a"), matched(salt: "b")] == [2, 2, 0])
        #expect(house.spaces.active.map(\.isEngineHash) == [true])
        try writer.apply(PublishedRemoval(hashes: salted.hashes).bytes)
        #expect([matched(), matched(salt: "a")] == [2, 0])
    }

    @Test func `an adapter that the engine hashes by a path unknown is found all the same`() throws
    {
        let scheme = BlockKeyScheme(algorithm: .sha256CBOR, blockSize: house.config.blockSize)
        let hasher = BlockKeyHasher(scheme: scheme)
        var plain = PublishedStore(hashes: ScopeTests.hashes(hasher))
        plain.tokens = ScopeTests.tokens
        plain.blockSize = 2
        var scope = BlockKeyScope(model: "m")
        scope.adapter = LoRAAdapter(name: "lora", number: 1, path: "/somewhere/else")
        var adapted = plain
        adapted.hashes = ScopeTests.hashes(hasher, scope)
        adapted.adapterName = "lora"
        adapted.adapterID = 1
        var writer = house.writer()
        try writer.apply(plain.bytes)
        try writer.apply(adapted.bytes)
        #expect([matched(), matched("lora"), matched("other")] == [2, 2, 0])
        try writer.apply(PublishedRemoval(hashes: adapted.hashes).bytes)
        #expect([matched(), matched("lora")] == [2, 0])
        #expect(house.keyCount == 2)
    }
}
