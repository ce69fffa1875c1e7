import BlockKeys
import Domain
import Testing

/// The expected hashes are vLLM 0.33's own.
struct VLLMKeyTests {
    @Test(
        arguments: [
            (
                .sha256,
                [
                    649_359_390_096_368_487, 14_757_019_014_570_657_544, 844_366_801_076_949_820,
                    3_355_723_678_711_265_293,
                ]
            ),
            (
                .sha256CBOR,
                [
                    5_988_051_177_307_384_287, 11_214_766_589_215_907_092,
                    1_500_001_339_873_974_775, 723_433_938_799_715_047,
                ]
            ),
            (
                .xxhash,
                [
                    2_767_512_630_621_280_259, 4_018_757_380_743_825_132,
                    18_052_289_229_067_460_250, 11_091_126_903_622_823_935,
                ]
            ),
            (
                .xxhashCBOR,
                [
                    8_335_022_083_850_143_378, 14_438_435_007_848_620_520,
                    3_400_956_742_489_755_636, 3_320_447_837_101_121_857,
                ]
            ),
            (
                .sha256CBOR64Bit,
                [
                    713_101_137_777_537_358, 3_342_119_525_639_088_038,
                    13_740_936_541_593_515_550, 6_945_245_670_257_185_564,
                ]
            ),
        ] as [(BlockKeyAlgorithm, [UInt64])]
    )
    func `keys are what vLLM announces`(algorithm: BlockKeyAlgorithm, expected: [UInt64]) {
        #expect(BlockKeyScheme(algorithm, 4).keys(tokens(through: 18)) == expected)
    }

    @Test(
        arguments: [
            (.sha256, "42", "c0bc02c9fc92a4944335649961b9e55cc41b194bece4801e8c6ef0f0f3f5884a"),
            (.sha256CBOR, "42", "9fa6eb003f14425eb9c8e6baacfbcaab26257357b829c7bfa74ffcc4f31c1780"),
            (.xxhash, "42", "b6cdd80ea04b31ad0b9fc22fff500882" + zeros(16)),
            (.xxhashCBOR, "42", "a9d2e63407fce1a26c9dc9d7fa2d7caf" + zeros(16)),
            // The number 12056132650316601216.
            (.sha256CBOR64Bit, "42", "80171cf3c4fc4fa7" + zeros(24)),
            (.sha256, nil, "066b1e8987e027138e98701c46128929378935f9b6cd1549105ae6b4f0d71198"),
            (.sha256CBOR, nil, "9bd96a485ad84efdafb72ee48a1d7a69bcead0f8f0433173941b276b9581eef0"),
        ] as [(BlockKeyAlgorithm, String?, String)]
    )
    func `the first parent follows from the seed`(
        algorithm: BlockKeyAlgorithm,
        seed: String?,
        digest: String
    ) throws {
        let hasher = BlockKeyHasher(scheme: BlockKeyScheme(algorithm, 4, seed: seed))
        #expect(try #require(hasher.chain(in: BlockKeyScope(model: "m"))).hex == digest)
    }

    @Test(arguments: [BlockKeyAlgorithm.xxhash, .xxhashCBOR, .sha256CBOR64Bit])
    func `engines that draw their own seed have no keys here`(algorithm: BlockKeyAlgorithm) {
        let hasher = BlockKeyHasher(scheme: BlockKeyScheme(algorithm, 4, seed: nil))
        #expect(!hasher.canHash(BlockKeyScope(model: "m")))
        #expect(hasher.keys(tokens(through: 16)).isEmpty)
    }

    @Test(arguments: BlockKeyAlgorithm.allCases)
    func `a chain goes on from a key only where that is the whole hash`(
        algorithm: BlockKeyAlgorithm
    ) {
        let hasher = BlockKeyHasher(scheme: BlockKeyScheme(algorithm, 4))
        let all = hasher.keys(tokens(through: 16))
        let rest = Array(tokens(through: 16)[8...])
        let isWhole = [.sha256CBOR64Bit, .xxh64, .cborFNV].contains(algorithm)
        #expect(
            hasher.keys(rest, after: BlockKey(rawValue: all[1]))
                == (isWhole ? Array(all[2...]) : [])
        )
    }

    @Test func `whole digests are vLLM's`() {
        let scope = BlockKeyScope(model: "m")
        #expect(
            BlockKeyHasher(scheme: BlockKeyScheme(.sha256CBOR, 4))
                .digests(tokens(through: 16), in: scope) == [
                    "0a99040f25d8a5f22275b867f403918da98c9d140eaea10f5319d4d1d84429df",
                    "c415b4994e9ed1d993bc50f53dc3c4e18c5200f39d1787ce9ba2dacb65221d14",
                    "20c2788c5e9c0c3741ac92ff053fd44330f4525557c9fc4c14d1134571cc59f7",
                    "9e558db33ec8abb70067d5444db31d55a479b1be98d5192a0a0a27559c9e62e7",
                ]
        )
        #expect(
            BlockKeyHasher(scheme: BlockKeyScheme(.sha256, 4))
                .digests(tokens(through: 16), in: scope) == [
                    "8ad1c350703c26ebac1f40b4ddf827396658d0724afbf69e0902fcecc2422367",
                    "0bf6bc57a6647ffa5a49eaa37d2a41a91a4472911736619acccb769b932b4708",
                    "107e2fbbccd5953eeb6ff9ee6ebd289c08b8ec3cbc46ec6e0bb7cb21c653133c",
                    "281fe175c5684b5edd8c5b4cdfe58295330e00197d2757ef2e91ece809f3b80d",
                ]
        )
    }

    @Test func `a pickled block with an adapter, two images and a salt is vLLM's`() {
        let scope = BlockKeyScope(
            model: "m",
            adapter: LoRAAdapter(name: "ad", path: "/l/ad"),
            cacheSalt: "tenant",
            extras: [image("imgA", at: 1), image("imgB", at: 8)]
        )
        let tokens = (0..<16).map { TokenID(rawValue: $0) }
        #expect(
            BlockKeyHasher(scheme: BlockKeyScheme(.sha256, 16)).digests(tokens, in: scope)
                == ["00877ea50add5088146d1e073468dcfdacfaa65bff242675c6748a2c175d075f"]
        )
    }

    private static func zeros(_ count: Int) -> String { String(repeating: "00", count: count) }
}

func image(_ identifier: String, block: Int = 0, at offset: Int? = nil) -> BlockExtra {
    BlockExtra(block: block, identifier: Array(identifier.utf8), offset: offset)
}
