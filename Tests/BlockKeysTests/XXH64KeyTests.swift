import BlockKeys
import Domain

import Testing

/// The expected keys are those of llm-d's router with `hashAlgorithm: xxh64`.
@Suite struct XXH64KeyTests {
    /// 1, 2, 3... 64.
    private let tokens = (1...64).map { TokenID(rawValue: $0) }
    private let plain: [UInt64] = [
        13_553_460_584_553_255_540, 9_887_990_258_693_334_188,
        5_989_895_528_443_528_287, 11_701_424_153_900_969_265,
    ]

    private func keys(
        _ tokens: [TokenID],
        blockSize: Int = 16,
        seed: String = "",
        in scope: BlockKeyScope = BlockKeyScope(model: "test-model"),
        after parent: BlockKey? = nil
    ) -> [UInt64] {
        let hasher = BlockKeyHasher(blockSize: BlockSize(tokenCount: blockSize), seed: seed)
        var keys: [BlockKey] = []
        hasher.appendKeys(for: tokens.span, in: scope, after: parent, to: &keys)
        return keys.map(\.rawValue)
    }

    @Test(
        arguments: [
            (
                "", "",
                [
                    11_745_195_676_770_573_510, 17_737_378_172_567_025_242,
                    4_034_941_851_116_240_091, 157_434_143_499_147_256,
                ]
            ),
            (
                "", "test-model",
                [
                    13_553_460_584_553_255_540, 9_887_990_258_693_334_188,
                    5_989_895_528_443_528_287, 11_701_424_153_900_969_265,
                ]
            ),
            (
                "42", "meta-llama/Llama-3.1-8B-Instruct",
                [
                    11_711_585_542_751_291_856, 7_144_963_027_108_684_272,
                    7_497_706_848_937_681_407, 17_672_083_343_155_142_676,
                ]
            ),
            (
                "test-seed", "test-model",
                [
                    11_694_654_239_915_353_807, 15_308_833_439_905_929_429,
                    7_617_928_739_225_248_719, 12_730_471_820_931_474_682,
                ]
            ),
        ] as [(String, String, [UInt64])]
    )
    func `keys depend on seed, model and tokens as in llm-d`(
        seed: String,
        model: String,
        expected: [UInt64]
    ) {
        #expect(keys(tokens, seed: seed, in: BlockKeyScope(model: model)) == expected)
    }

    @Test func `an image changes its block and those behind it`() {
        let image = BlockExtra(block: 1, identifier: Array("imghash0".utf8))
        let scope = BlockKeyScope(model: "test-model", extras: [image])
        #expect(
            keys(tokens, in: scope) == [
                plain[0], 2_148_786_305_261_908_948,
                1_006_473_320_025_355_304, 1_936_444_395_239_024_021,
            ]
        )
    }

    @Test func `a chain goes on from a parent`() {
        let parent = BlockKey(rawValue: plain[1])
        #expect(keys(Array(tokens[32...]), after: parent) == Array(plain[2...]))
    }

    @Test func `a salt separates whole prompts, and is not hashed again behind a parent`() {
        let salted = BlockKeyScope(model: "test-model", cacheSalt: "tenantA")
        let all = keys(tokens, in: salted)
        #expect(zip(all, plain).allSatisfy { $0 != $1 })
        let behind = keys(Array(tokens[16...]), in: salted, after: BlockKey(rawValue: all[0]))
        #expect(behind == Array(all[1...]))
    }

    @Test func `a salt hashes like an extra behind the images of the first block`() {
        let image = BlockExtra(block: 0, identifier: Array("i".utf8))
        let salt = BlockExtra(block: 0, identifier: Array("s".utf8))
        #expect(
            keys(tokens, in: BlockKeyScope(model: "m", cacheSalt: "s", extras: [image]))
                == keys(tokens, in: BlockKeyScope(model: "m", extras: [image, salt]))
        )
    }

    @Test func `where one extra ends and the next begins is part of the key`() {
        func keys(_ identifiers: String...) -> [UInt64] {
            let extras = identifiers.map { BlockExtra(block: 0, identifier: Array($0.utf8)) }
            return self.keys(tokens, in: BlockKeyScope(model: "m", extras: extras))
        }
        #expect(keys("ab", "c") != keys("a", "bc"))
        #expect(keys("abc") != keys("ab", "c"))
    }

    @Test(arguments: [(0, 0), (15, 0), (16, 1), (17, 1), (63, 3)])
    func `only full blocks have keys`(tokenCount: Int, keyCount: Int) {
        #expect(keys(Array(tokens.prefix(tokenCount))) == Array(plain.prefix(keyCount)))
    }

    @Test(arguments: [1, 2, 3, 7, 1000])
    func `an extra of no bytes is an extra`(blockSize: Int) {
        let tokens = (0..<blockSize).map { TokenID(rawValue: UInt32($0)) }
        let nothing = BlockExtra(block: 1, identifier: [])
        let scope = BlockKeyScope(model: "test-model", extras: [nothing])
        let plain = keys(tokens + tokens, blockSize: blockSize)
        let extra = keys(tokens + tokens, blockSize: blockSize, in: scope)
        #expect(plain[0] == extra[0])
        #expect(plain[1] != extra[1])
    }

    @Test func `keys are appended to what is there`() {
        let hasher = BlockKeyHasher(blockSize: BlockSize(tokenCount: 16))
        var keys = [BlockKey(rawValue: 1)]
        hasher.appendKeys(for: tokens.span, in: BlockKeyScope(model: "test-model"), to: &keys)
        #expect(keys.map(\.rawValue) == [1] + plain)
    }
}
