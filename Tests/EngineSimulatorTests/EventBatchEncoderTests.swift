import Domain
import EngineSimulator
import Testing

struct EventBatchEncoderTests {
    private static let stored = CacheEvent.blockStored(
        StoredBlocks(
            hashes: [5_988_051_177_307_384_287, 11_214_766_589_215_907_092],
            parent: nil,
            tokens: (1...8).map { TokenID(rawValue: $0) },
            blockSize: 4,
            extraKeys: [[], []]
        )
    )

    @Test(arguments: [
        (
            stored,
            """
            93cb3ff800000000000091de000ba474797065ab426c6f636b53746f726564ac626c6f636b5f6861736865\
            7392cf5319d4d1d84429dfcf9ba2dacb65221d14b1706172656e745f626c6f636b5f68617368c0a9746f6b\
            656e5f696473980102030405060708aa626c6f636b5f73697a6504a76c6f72615f6964c0a66d656469756d\
            a3475055a96c6f72615f6e616d65c0aa65787472615f6b65797392c0c0a967726f75705f69647800b26b76\
            5f63616368655f737065635f6b696e64ae66756c6c5f617474656e74696f6e00
            """
        ),
        (
            .blockRemoved(5_988_051_177_307_384_287),
            """
            93cb3ff80000000000009184a474797065ac426c6f636b52656d6f766564ac626c6f636b5f686173686573\
            91cf5319d4d1d84429dfa66d656469756da3475055a967726f75705f6964780000
            """
        ),
        (
            .allBlocksCleared,
            "93cb3ff80000000000009181a474797065b0416c6c426c6f636b73436c656172656400"
        ),
    ])
    func `an event has vLLM 0_33's bytes`(event: CacheEvent, hex: String) {
        #expect(EventBatchEncoder.encode([event], timestamp: 1.5) == bytes(hex: hex))
    }

    @Test func `counts and numbers of every width are written in the fewest bytes`() {
        var writer = MessagePackWriter()
        for value in [0, 127, 128, 255, 256, 65535, 65536, 4_294_967_296] { writer.int(value) }
        for value in [-1, -32, -33, -128, -129, -32768, -32769, -2_147_483_649] {
            writer.int(value)
        }
        writer.array(count: 15)
        writer.array(count: 16)
        writer.array(count: 65536)
        #expect(
            writer.bytes
                == bytes(
                    hex: """
                        00 7f cc80 ccff cd0100 cdffff ce00010000 cf0000000100000000
                        ff e0 d0df d080 d1ff7f d18000 d2ffff7fff d3ffffffff7fffffff
                        9f dc0010 dd00010000
                        """
                )
        )
    }
}
