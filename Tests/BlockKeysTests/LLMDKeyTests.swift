import BlockKeys
import Domain
import Testing

/// The expected keys are those of llm-d for the tokens 1 to 64, by its default `cbor-fnv` and by
/// its older versions, which hash as vLLM did.
struct LLMDKeyTests {
    struct Case: Sendable {
        let seed: String
        let model: String
        let keys: [UInt64]
        let largeBlockKey: UInt64
    }

    private static let plain: [UInt64] = [
        9_540_012_594_951_042_066, 16_921_089_685_996_993_662,
        1_342_399_872_045_281_493, 14_412_806_440_506_676_804,
    ]

    static let cases = [
        Case(
            seed: "",
            model: "",
            keys: [
                3_526_539_246_283_123_114, 4_332_706_628_457_518_974,
                7_059_507_502_454_607_651, 15_920_613_644_120_102_231,
            ],
            largeBlockKey: 5_187_832_144_764_550_474
        ),
        Case(
            seed: "",
            model: "test-model",
            keys: plain,
            largeBlockKey: 16_801_337_067_204_168_178
        ),
        Case(
            seed: "42",
            model: "meta-llama/Llama-3.1-8B-Instruct",
            keys: [
                8_775_620_590_023_426_189, 12_043_309_295_452_643_676,
                3_148_840_392_947_272_046, 4_169_620_363_599_182_221,
            ],
            largeBlockKey: 15_133_109_944_248_569_229
        ),
        Case(
            seed: "test-seed",
            model: "test-model",
            keys: [
                9_813_823_192_409_008_620, 682_745_025_325_898_328,
                17_391_929_026_944_696_307, 9_734_166_167_599_852_554,
            ],
            largeBlockKey: 0
        ),
    ]

    private func keys(
        _ blockSize: Int = 16,
        seed: String = "",
        in scope: BlockKeyScope = BlockKeyScope(model: "test-model")
    ) -> [UInt64] {
        BlockKeyScheme(.cborFNV, blockSize, seed: seed).keys(tokens(through: 64), in: scope)
    }

    @Test(arguments: cases) func `keys depend on seed, model and tokens`(_ example: Case) {
        let scope = BlockKeyScope(model: example.model)
        #expect(keys(seed: example.seed, in: scope) == example.keys)
        guard example.largeBlockKey != 0 else { return }
        #expect(keys(64, seed: example.seed, in: scope) == [example.largeBlockKey])
    }

    @Test(
        arguments: [
            ("", "", 155_877_178_866_718_358),
            ("", "test-model", 17_515_353_698_173_365_712),
            ("42", "meta-llama/Llama-3.1-8B-Instruct", 14_719_020_265_107_256_041),
            ("test-seed", "test-model", 12_573_725_349_078_860_493),
        ] as [(String, String, UInt64)]
    )
    func `a model's chain begins where llm-d's does`(
        seed: String,
        model: String,
        start: UInt64
    ) throws {
        let hasher = BlockKeyHasher(scheme: BlockKeyScheme(.cborFNV, 16, seed: seed))
        let chain = try #require(hasher.chain(in: BlockKeyScope(model: model)))
        #expect(chain.bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) } == start)
    }

    @Test func `a first block of four tokens has llm-d's key`() {
        #expect(keys(4).first == 12_915_946_116_324_560_722)
    }

    @Test func `an image changes its block and those behind it`() {
        #expect(
            keys(in: BlockKeyScope(model: "test-model", extras: [image("imghash0", block: 1)])) == [
                Self.plain[0], 15_944_538_307_225_098_679,
                6_122_263_612_179_381_160, 1_603_152_779_318_150_636,
            ]
        )
    }

    @Test func `two images of a block are hashed in order`() {
        // Which two is not recorded: the order and the end of each must matter.
        let (first, second) = (image("a"), image("bc"))
        let forms = [[first, second], [second, first], [image("ab"), image("c")]]
        let chains = forms.map { keys(in: BlockKeyScope(model: "test-model", extras: $0)) }
        #expect(Set(chains).count == 3)
    }

    @Test(
        arguments: [
            (
                .sha256CBOR64Bit, "",
                [
                    12_886_194_223_934_072_076, 4_237_666_839_065_381_780,
                    12_780_500_140_875_006_465, 6_527_704_776_205_881_680,
                ]
            ),
            (
                .sha256CBOR64Bit, "42",
                [
                    9_442_596_223_568_401_980, 10_401_597_220_457_154_048,
                    8_842_863_548_032_707_934, 2_606_149_817_358_886_968,
                ]
            ),
            (
                .sha256CBOR, "",
                [
                    3_304_056_276_748_800_391, 17_643_853_483_570_299_582,
                    7_183_898_652_326_997_972, 10_891_764_528_131_278_676,
                ]
            ),
            (
                .sha256CBOR, "42",
                [
                    16_300_212_363_532_267_629, 8_671_309_795_006_503_672,
                    3_527_878_332_947_511_115, 717_767_594_787_736_706,
                ]
            ),
        ] as [(BlockKeyAlgorithm, String, [UInt64])]
    )
    func `older versions have the keys of an engine`(
        algorithm: BlockKeyAlgorithm,
        seed: String,
        expected: [UInt64]
    ) {
        #expect(BlockKeyScheme(algorithm, 16, seed: seed).keys(tokens(through: 64)) == expected)
    }

    @Test func `a salt is hashed once, in the first block`() {
        #expect(
            keys(in: BlockKeyScope(model: "test-model", cacheSalt: "tenantA")) == [
                5_451_167_887_455_065_810, 14_677_260_670_418_383_635,
                13_761_617_625_524_616_789, 700_365_444_184_332_196,
            ]
        )
    }

    @Test func `the name of an adapter replaces the model's`() {
        let adapter = LoRAAdapter(name: "test-model", number: 3, path: "/p")
        #expect(keys(in: BlockKeyScope(model: "base", adapter: adapter)) == Self.plain)
    }

    @Test func `a chain goes on from a key`() {
        let hasher = BlockKeyHasher(scheme: BlockKeyScheme(.cborFNV, 16, seed: ""))
        let rest = Array(tokens(through: 64)[32...])
        #expect(
            hasher.keys(rest, after: BlockKey(rawValue: Self.plain[1])) == Array(Self.plain[2...])
        )
    }
}
