import BlockKeys
import Domain
import Testing

/// The expected hashes are vLLM's: `sha256_cbor` of the tokens 1 to 4 with the seed 42.
struct ExtraKeyTests {
    struct Case: Sendable {
        let style: ExtraKeyStyle
        let scope: BlockKeyScope
        let key: UInt64
        let digest: String

        init(_ style: ExtraKeyStyle, _ key: UInt64, _ digest: String, _ scope: BlockKeyScope) {
            (self.style, self.scope, self.key, self.digest) = (style, scope, key, digest)
        }
    }

    private static let adapter = BlockKeyScope(
        model: "m",
        adapter: LoRAAdapter(name: "adapter-116", number: 117, path: "/loras/adapter-116")
    )
    private static let media = BlockKeyScope(model: "m", extras: [image("imghash0", at: 1)])
    private static let salt = BlockKeyScope(model: "m", cacheSalt: "tenantA")
    private static let all = BlockKeyScope(
        model: "m",
        adapter: LoRAAdapter(name: "a", path: "/p"),
        cacheSalt: "s",
        extras: [image("h", at: -3)]
    )

    static let cases = [
        Case(
            .loraNumber,
            10_333_043_395_924_254_511,
            "dcdf0035913edcd3620654a408f36fc9a65c258fe062273f8f665838c6c2df2f",
            adapter
        ),
        Case(
            .names,
            14_900_282_093_013_601_410,
            "f50e00ac1b1883058e7055b43eb2212d305e1a88e32b93d6cec86f9e57308c82",
            adapter
        ),
        Case(
            .offsets,
            14_900_282_093_013_601_410,
            "f50e00ac1b1883058e7055b43eb2212d305e1a88e32b93d6cec86f9e57308c82",
            adapter
        ),
        Case(
            .tagged,
            5_488_732_636_309_257_721,
            "771e7bc6c7f71f3b75e98a211c614673bef5a54194fcb5804c2be5408e4e7df9",
            adapter
        ),
        Case(
            .names,
            16_492_904_557_286_183_534,
            "dcb9311226b61d2a2287544e0dc04f6639f26968f0a93a8ee4e2914fcb76d26e",
            media
        ),
        Case(
            .offsets,
            3_987_540_565_278_990_288,
            "597ef93901d74718065b16009601d9a6fefd17fd6abf35973756970468ea1fd0",
            media
        ),
        Case(
            .tagged,
            3_150_356_171_861_731_422,
            "8eb744db005c291a50c60693ad5f8b13dc5f5baeb81663d02bb8503f3bc7285e",
            media
        ),
        Case(
            .offsets,
            8_521_840_947_558_496_675,
            "dbe2e211323dc3bbff4486c9b7d5e7e2ea44c20aa394d44d7643a930ef9a39a3",
            salt
        ),
        Case(
            .tagged,
            13_812_666_663_141_203_738,
            "98871e47971f554551c730f1cbc021e994324d7ad6ba5120bfb07325c1695f1a",
            salt
        ),
        Case(
            .tagged,
            1_191_784_014_329_732_657,
            "694ad3690fdbbd13c0c6a0899130b8f4b0d10c91eb49a83e108a113f271cde31",
            all
        ),
    ]

    @Test(arguments: cases) func `extra keys are hashed as vLLM's versions do`(_ example: Case) {
        let hasher = BlockKeyHasher(scheme: BlockKeyScheme(.sha256CBOR, 4, example.style))
        #expect(hasher.keys(tokens(through: 4), in: example.scope) == [example.key])
        #expect(hasher.digests(tokens(through: 4), in: example.scope) == [example.digest])
    }

    @Test func `what a scheme must hash and is not known makes no keys`() {
        func canHash(_ style: ExtraKeyStyle, _ scope: BlockKeyScope) -> Bool {
            BlockKeyHasher(scheme: BlockKeyScheme(.sha256, 4, style)).canHash(scope)
        }
        let named = BlockKeyScope(model: "m", adapter: LoRAAdapter(name: "a"))
        #expect(ExtraKeyStyle.allCases.map { canHash($0, named) } == [false, true, true, false])
        let placeless = BlockKeyScope(model: "m", extras: [image("i")])
        #expect(
            ExtraKeyStyle.allCases.map { canHash($0, placeless) } == [false, false, true, true]
        )
    }

    @Test func `SGLang hashes tokens alone, and no scope that is more`() {
        let hasher = BlockKeyHasher(scheme: BlockKeyScheme(.sglang, 4))
        #expect(hasher.canHash(BlockKeyScope(model: "m", cacheSalt: "")))
        for scope in [Self.adapter, Self.media, Self.salt] {
            #expect(!hasher.canHash(scope))
            #expect(hasher.keys(tokens(through: 16), in: scope).isEmpty)
        }
        let signed: [Int64] = [
            -3_488_128_144_981_237_669, 5_674_439_469_042_975_057, -1_307_369_107_475_853_156,
        ]
        #expect(hasher.keys(tokens(through: 12)) == signed.map { UInt64(bitPattern: $0) })
    }

    @Test func `extras out of order, or larger than a block may be, make no keys`() {
        for scheme in BlockKeyScheme.all(blockSize: 4) {
            let hasher = BlockKeyHasher(scheme: scheme)
            let first = image("a", block: 1, at: 0)
            let second = image("b", block: 0, at: 0)
            #expect(!hasher.canHash(BlockKeyScope(model: "m", extras: [first, second])))
            guard scheme.algorithm != .xxh64 else { continue }
            let huge = image(String(repeating: "x", count: 60_000), at: 0)
            #expect(!hasher.canHash(BlockKeyScope(model: "m", extras: [huge])))
        }
    }

    @Test(arguments: BlockKeyAlgorithm.allCases)
    func `blocks of the largest tokens and sizes have keys, larger ones have none`(
        algorithm: BlockKeyAlgorithm
    ) {
        let tokens = (0..<40_000).map { TokenID(rawValue: UInt32.max - UInt32($0)) }
        for size in [1, 100, 8000] {
            let count = BlockKeyScheme(algorithm, size).keys(tokens).count
            #expect(count == tokens.count / size)
        }
        let isBounded = ![.sglang, .xxh64].contains(algorithm)
        #expect(BlockKeyScheme(algorithm, 20_000).keys(tokens).count == (isBounded ? 0 : 2))
    }
}
