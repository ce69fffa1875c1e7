import Domain
import KVEvents
import Testing

@Suite struct EventBatchDecoderTests {
    /// The one stored event of a batch.
    func stored(_ batch: EventBatch) throws -> ReadBlocks {
        guard batch.events.count == 1, case .blockStored(let stored)? = batch.events.first else {
            Issue.record("not one stored event: \(batch)")
            return ReadBlocks()
        }
        return stored
    }

    private func hashes(_ rawValues: UInt64...) -> [EngineBlockHash] {
        rawValues.map(EngineBlockHash.init(rawValue:))
    }

    private func tokens(_ rawValues: UInt32...) -> [TokenID] {
        rawValues.map(TokenID.init(rawValue:))
    }

    // MARK: - Recorded bytes of each layout

    /// The head of a batch of one event, sent at 1.5, that names a rank.
    private static let one = "93 cb3ff8000000000000 91"
    private static let storedTag = "ab426c6f636b53746f726564"
    private static let removedTag = "ac426c6f636b52656d6f766564"
    private static let clearedTag = "b0416c6c426c6f636b73436c6561726564"
    private static let type = "a474797065"
    private static let hash = "cf5319d4d1d84429df"
    /// The fields that every layout begins with: two hashes, no parent, eight tokens, size, LoRA.
    private static let blocks = "92 \(hash) cf9ba2dacb65221d14 c0 98 0102030405060708 04 c0"
    private static let gpu = "a3475055"
    private static let fullAttention = "ae66756c6c5f617474656e74696f6e"
    private static let mapKeys = """
        \(type) \(storedTag) ac626c6f636b5f686173686573 92 \(hash) cf9ba2dacb65221d14
        b1706172656e745f626c6f636b5f68617368 c0 a9746f6b656e5f696473 98 0102030405060708
        aa626c6f636b5f73697a65 04 a76c6f72615f6964 c0 a66d656469756d \(gpu)
        a96c6f72615f6e616d65 c0 aa65787472615f6b657973 92 c0 c0 a967726f75705f696478 00
        b26b765f63616368655f737065635f6b696e64 \(fullAttention)
        """

    @Test(
        arguments: [
            ("0.9.0", "92 cb3ff8000000000000 91 96 \(storedTag) \(blocks)", nil, nil, nil),
            ("0.10.2", "\(one) 97 \(storedTag) \(blocks) \(gpu) 00", 0, nil, nil),
            ("0.14", "\(one) 98 \(storedTag) \(blocks) \(gpu) c0 00", 0, nil, nil),
            ("0.17", "\(one) 99 \(storedTag) \(blocks) \(gpu) c0 92c0c0 00", 0, nil, nil),
            ("0.20", "\(one) 9a \(storedTag) \(blocks) \(gpu) c0 92c0c0 00 00", 0, 0, nil),
            (
                "0.22",
                "\(one) 9c \(storedTag) \(blocks) \(gpu) c0 92c0c0 00 \(fullAttention) c0 00", 0,
                0, .fullAttention
            ),
            ("0.24, a map", "\(one) 8b \(mapKeys) 00", 0, 0, .fullAttention),
            (
                "0.33, a small map with a 16-bit head", "\(one) de000b \(mapKeys) 00", 0, 0,
                .fullAttention
            ),
        ] as [(String, String, Int?, Int?, CacheKind?)]
    )
    func `stored blocks read the same in every layout`(
        layout: String,
        hex: String,
        rank: Int?,
        group: Int?,
        kind: CacheKind?
    ) throws {
        let batch = try decode(hex: hex)
        var expected = ReadBlocks()
        expected.hashes = hashes(5_988_051_177_307_384_287, 11_214_766_589_215_907_092)
        expected.tokens = tokens(1, 2, 3, 4, 5, 6, 7, 8)
        expected.tokenElements = 8
        expected.blockSize = 4
        expected.group = group
        expected.cacheKind = kind
        #expect(try stored(batch) == expected)
        #expect(batch.summary.dataParallelRank == rank)
        #expect(batch.summary.malformedEventCount + batch.summary.unknownEventCount == 0)
    }

    @Test(arguments: [
        ("92 cb3ff8000000000000 91 92 \(removedTag) 91 \(hash)", nil),
        ("\(one) 93 \(removedTag) 91 \(hash) \(gpu) 00", nil),
        ("\(one) 94 \(removedTag) 91 \(hash) \(gpu) 00 00", 0),
        (
            """
            \(one) 84 \(type) \(removedTag) ac626c6f636b5f686173686573 91 \(hash)
            a66d656469756d \(gpu) a967726f75705f696478 00 00
            """, 0
        ),
    ])
    func `removed blocks read the same in every layout`(hex: String, group: Int?) throws {
        var removed = RemovedBlocks()
        removed.hashes = hashes(5_988_051_177_307_384_287)
        removed.group = group
        #expect(try decode(hex: hex).events == [.blockRemoved(removed)])
    }

    @Test(arguments: [
        "92 cb3ff8000000000000 91 91 \(clearedTag)",
        "\(one) 91 \(clearedTag) 00",
        "\(one) 81 \(type) \(clearedTag) 00",
    ])
    func `a clearing reads the same in every layout`(hex: String) throws {
        #expect(try decode(hex: hex).events == [.allBlocksCleared])
    }

    @Test func `of a digest the last eight bytes are the hash`() throws {
        let batch = try decode(
            hex: """
                93cb3ff80000000000009197ab426c6f636b53746f72656491
                c420000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
                c420202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f
                940102030404c0a347505500
                """
        )
        let blocks = try stored(batch)
        #expect(blocks.hashes == hashes(0x1819_1a1b_1c1d_1e1f))
        #expect(blocks.parent == EngineBlockHash(rawValue: 0x3839_3a3b_3c3d_3e3f))
    }

    @Test(arguments: [
        "93cb3ff80000000000009196ab426c6f636b53746f72656492fd07c092010201c000",
        "93cb3ff80000000000009197ab426c6f636b53746f72656492fd07c092010201c0a347505500",
        """
        93cb3ff80000000000009187a474797065ab426c6f636b53746f726564ac626c6f636b5f68617368657392fd07
        b1706172656e745f626c6f636b5f68617368c0a9746f6b656e5f696473920102aa626c6f636b5f73697a6501
        a76c6f72615f6964c0a66d656469756da347505500
        """,
    ])
    func `SGLang's signed hashes are the same 64 bits`(hex: String) throws {
        let blocks = try stored(try decode(hex: hex))
        #expect(blocks.hashes == hashes(UInt64(bitPattern: -3), 7))
        #expect(blocks.tokens == tokens(1, 2))
        #expect(blocks.blockSize == 1)
    }

    // MARK: - Numbers, words and extras

    @Test(
        arguments: [
            ("07", 7), ("cc c8", 200), ("cd 0102", 0x0102), ("ce 01020304", 0x0102_0304),
            ("cf 0102030405060708", 0x0102_0304_0506_0708), ("ff", .max),
            ("d0 80", UInt64(bitPattern: -128)),
            ("d0 7f", 127), ("d1 fffe", .max - 1), ("d2 80000000", 0xFFFF_FFFF_8000_0000),
            ("d3 8000000000000000", 1 << 63), ("c4 03 010203", 0x010203), ("c4 00", 0),
            ("c5 0009 ff 0000000000000001", 1), ("c6 00000001 05", 5),
        ] as [(String, UInt64)]
    )
    func `a hash may come in any width`(hex: String, hash: UInt64) throws {
        let event = Packed.array(["BlockRemoved", .array([.raw(Fixtures.bytes(hex))])])
        var removed = RemovedBlocks()
        removed.hashes = hashes(hash)
        #expect(try decode(Packed.batch(event)).events == [.blockRemoved(removed)])
    }

    @Test(
        arguments: [
            ("GPU", .gpu), ("gpu", .gpu), ("", .gpu), ("CPU", .cpu), ("CPU_PINNED", .cpu),
            ("STORAGE", .disk), ("FS", .disk), ("DISK", .disk), ("OBJ", .object),
            ("SHARED_STORAGE", .object), ("EXTERNAL", .object), ("tape", .object),
        ] as [(String, CacheTier)]
    )
    func `a medium is a tier`(medium: String, tier: CacheTier) throws {
        let batch = try decode(Packed.batch(["BlockRemoved", [1], .text(medium)]))
        guard case .blockRemoved(let removed)? = batch.events.first else {
            Issue.record("no removal")
            return
        }
        #expect(removed.tier == tier)
    }

    @Test func `extra keys are read with their blocks, without the adapter's name`() throws {
        let extraKeys: Packed = [
            ["adapter-1", ["img", 3], "adapter-1", "salt"], nil,
            ["adapter-1", ["img", .number(-1)], .binary([7, 8]), 5],
        ]
        let batch = try decode(
            Packed.batch(
                ["BlockStored", [1, 2, 3], nil, [1, 2, 3], 1, 7, "GPU", "adapter-1", extraKeys]
            )
        )
        let blocks = try stored(batch)
        #expect(blocks.adapterName == "adapter-1")
        #expect(blocks.adapterID == 7)
        #expect(
            blocks.extras == [
                extra(0, .located(offset: 3), "img"), extra(0, .text, "adapter-1"),
                extra(0, .text, "salt"), extra(2, .located(offset: -1), "img"),
                ReadExtra(block: 2, kind: .bytes, identifier: [7, 8]),
            ]
        )
        #expect(blocks.hasUnreadableExtras)  // the 5
    }

    private func extra(_ block: Int, _ kind: EncodedExtra.Kind, _ text: String) -> ReadExtra {
        ReadExtra(block: block, kind: kind, identifier: Array(text.utf8))
    }

    @Test func `SGLang's cache salt is read from a field of its own, or from a map at the end`()
        throws
    {
        let inMap = Packed.map([
            ("cache_salt", "s"), ("type", "BlockStored"), ("block_hashes", [1]),
        ])
        let atEnd: Packed = [
            "BlockStored", [1], nil, [1], 1, nil, "GPU",
            .map([("x", [1]), ("cache_salt", "s"), (3, 4)]),
        ]
        for event in [inMap, atEnd] {
            #expect(try stored(try decode(Packed.batch(event))).cacheSalt == "s")
        }
    }

    @Test func `tokens end at the first that is not a number`() throws {
        for odd: Packed in ["digest", [1, 2], .number(-1), .number(1 << 32), nil] {
            let batch = try decode(
                Packed.batch(["BlockStored", [1, 2], nil, .array([1, 2, odd, 4]), 2, nil])
            )
            let blocks = try stored(batch)
            #expect(blocks.tokens == tokens(1, 2))
            #expect(blocks.tokenElements == 4)
            #expect(blocks.blockSize == 2)  // what follows is still read
        }
    }

    @Test func `what lies on another machine is far, whatever its medium`() throws {
        let event = Packed.map([
            ("type", "BlockStored"), ("block_hashes", [1]), ("locality", "REMOTE"),
            ("medium", "CPU"),
        ])
        #expect(try stored(try decode(Packed.batch(event))).tier == .object)
    }
}
