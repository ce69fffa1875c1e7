import Domain
import EngineSimulator
import Testing

struct BlockHasherTests {
    private let hasher = BlockHasher(seed: "42")
    private let tokens = (1...16).map { TokenID(rawValue: UInt32($0)) }

    private func hash(_ extraKeys: [ExtraKey]) -> UInt64 {
        hasher.hash(tokens[0..<4], after: nil, extraKeys: extraKeys).wireValue
    }

    @Test func `a chain of blocks is that of vLLM's sha256_cbor`() {
        var parent: BlockHash?
        let chain = stride(from: 0, to: 16, by: 4).map { first in
            let hash = hasher.hash(tokens[first..<first + 4], after: parent, extraKeys: [])
            parent = hash
            return hash.wireValue
        }
        #expect(
            chain == [
                5_988_051_177_307_384_287, 11_214_766_589_215_907_092, 1_500_001_339_873_974_775,
                723_433_938_799_715_047,
            ]
        )
    }

    @Test(arguments: [
        ("42", "9fa6eb003f14425eb9c8e6baacfbcaab26257357b829c7bfa74ffcc4f31c1780"),
        (nil, "9bd96a485ad84efdafb72ee48a1d7a69bcead0f8f0433173941b276b9581eef0"),
    ])
    func `the first parent follows from the seed`(seed: String?, digest: String) {
        #expect(BlockHasher(seed: seed).noneHash.bytes == bytes(hex: digest))
    }

    @Test func `extra keys are hashed as vLLM 0_31 tags them`() {
        let adapter = ExtraKey.lora(name: "adapter-116", path: "/loras/adapter-116")
        #expect(hash([adapter]) == 5_488_732_636_309_257_721)
        let image = ExtraKey.multimodal(identifier: "imghash0", offset: 1)
        #expect(hash([image]) == 3_150_356_171_861_731_422)
        #expect(hash([.cacheSalt("tenantA")]) == 13_812_666_663_141_203_738)
        let all: [ExtraKey] = [
            .lora(name: "a", path: "/p"), .multimodal(identifier: "h", offset: -3), .cacheSalt("s"),
        ]
        #expect(hash(all) == 1_191_784_014_329_732_657)
    }
}
