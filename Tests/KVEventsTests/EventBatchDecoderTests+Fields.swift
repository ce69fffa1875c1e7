import Domain
import KVEvents
import Testing

/// What single fields mean.
extension EventBatchDecoderTests {
    @Test func `a medium that nobody knows is far, and told apart`() throws {
        for (medium, isUnknown): (Packed, Bool) in [("TAPE", true), ("OBJ", false), (nil, false)] {
            let event: Packed = ["BlockStored", [1], nil, [1], 1, nil, medium]
            let batch = try decode(Packed.batch(event, ["BlockRemoved", [1], medium]))
            guard case .blockStored(let stored)? = batch.events.first,
                case .blockRemoved(let removed)? = batch.events.last
            else {
                Issue.record("not a store and a removal: \(batch)")
                return
            }
            #expect(stored.hasUnknownMedium == isUnknown)
            #expect(removed.hasUnknownMedium == isUnknown)
            #expect(stored.tier == removed.tier)
            #expect(stored.tier == (medium.bytes == [0xC0] ? .gpu : .object))
        }
    }

    @Test func `a parent of 0 is none only where blocks are without tokens`() throws {
        let named = try stored(try decode(Packed.batch(["BlockStored", [1], 0, [], 0])))
        #expect(named.parent == nil)
        let whole = try stored(try decode(Packed.batch(["BlockStored", [1], 0, [7], 1])))
        #expect(whole.parent?.rawValue == 0)
    }

    @Test func `owners, windows and tokens ahead are told`() throws {
        let fields: [(Packed, Packed)] = [("type", "BlockStored"), ("block_hashes", [1])]
        let plain = try stored(
            try decode(
                Packed.batch(
                    .map(fields + [("ownership", nil), ("lookahead_token_ids", [])])
                )
            )
        )
        #expect(!plain.hasOwner)
        #expect(!plain.hasLookahead)
        #expect(plain.slidingWindow == nil)
        let full = try stored(
            try decode(
                Packed.batch(
                    .map(
                        fields + [
                            ("ownership", "tier-1"), ("lookahead_token_ids", [[9], [3]]),
                            ("kv_cache_spec_sliding_window", 64),
                            ("kv_cache_spec_kind", "sliding_window_mla"),
                        ]
                    )
                )
            )
        )
        #expect(full.hasOwner)
        #expect(full.hasLookahead)
        #expect(full.slidingWindow == 64)
        #expect(full.cacheKind == .slidingWindowMLA)
    }

    @Test func `a name may have 4096 bytes of UTF-8, and names nothing if it is empty`() throws {
        func event(_ name: [UInt8], _ field: Packed) -> Packed {
            let text = Packed.raw([0xDA, UInt8(name.count >> 8), UInt8(name.count & 0xFF)] + name)
            return .map([("type", "BlockStored"), ("block_hashes", [1]), (field, text)])
        }
        let long = [UInt8](repeating: UInt8(ascii: "n"), count: 4097)
        for field: Packed in ["lora_name", "cache_salt"] {
            for bad in [long, [0xFF], [0x61, 0xC3]] {
                let batch = try decode(Packed.batch(event(bad, field), ["AllBlocksCleared"]))
                #expect(batch.events == [.allBlocksCleared])
                #expect(batch.summary.malformedEventCount == 1)
            }
        }
        let longest = try stored(try decode(Packed.batch(event(Array(long[1...]), "lora_name"))))
        #expect(longest.adapterName?.utf8.count == 4096)
        #expect(try stored(try decode(Packed.batch(event([], "lora_name")))).adapterName == nil)
        #expect(try stored(try decode(Packed.batch(event([], "cache_salt")))).cacheSalt == nil)
    }

    @Test func `names that differ are told apart by one decoder`() throws {
        var decoder = EventBatchDecoder()
        for name in ["ab", "cb", "ab", "aab", "abb", "Ünï", "ünÏ", "ab"] {
            let event: Packed = ["BlockStored", [1], nil, [1], 1, 7, "GPU", .text(name)]
            let batch = try decode(Packed.batch(event), with: &decoder)
            #expect(try stored(batch).adapterName == name)
        }
    }

    @Test(
        arguments: [
            ("7f", 127), ("cc 80", 128), ("cd ffff", 65535), ("ce 00010000", 65536),
            ("ce ffffffff", .max), ("cf 00000000ffffffff", .max), ("d0 07", 7),
            ("d1 7fff", 32767), ("d2 7fffffff", 0x7FFF_FFFF), ("d3 0000000000000100", 256),
        ] as [(String, UInt32)]
    )
    func `a token may come in any width, anywhere`(hex: String, token: UInt32) throws {
        let odd = Packed.raw(Fixtures.bytes(hex))
        let wide = Packed.raw([0xCD, 0x12, 0x34])
        for place in 0..<40 {
            var list = [Packed](repeating: wide, count: 40)
            list[place] = odd
            let event: Packed = ["BlockStored", [1], nil, .array(list), 40]
            let tokens = try stored(try decode(Packed.batch(event))).tokens.map(\.rawValue)
            var expected = [UInt32](repeating: 0x1234, count: 40)
            expected[place] = token
            #expect(tokens == expected)
        }
    }

    @Test(
        arguments: [
            ("block_size", -1, false), ("block_size", 1 << 20, true),
            ("block_size", 1 << 20 + 1, false), ("group_idx", -1, false),
            ("group_idx", 1 << 31, false), ("group_idx", 7, true),
            ("kv_cache_spec_sliding_window", .max, false), ("lora_id", .max, true),
        ] as [(String, Int, Bool)]
    )
    func `a number that cannot be meant makes its event malformed`(
        field: String,
        number: Int,
        isRead: Bool
    ) throws {
        let event = Packed.map([
            ("type", "BlockStored"), ("block_hashes", [1]), (.text(field), .number(number)),
        ])
        let batch = try decode(Packed.batch(event))
        #expect(batch.events.count == (isRead ? 1 : 0))
        #expect(batch.summary.malformedEventCount == (isRead ? 0 : 1))
    }

    @Test func `a rank is at most 65535, an image's offset has 32 bits`() throws {
        for (number, rank) in [(65_535, 65_535), (65_536, nil), (-1, nil)] as [(Int, Int?)] {
            let batch: Packed = [0, [], .number(number)]
            #expect(try decode(batch.bytes).summary.dataParallelRank == rank)
        }
        let extras: Packed = [[["img", .number(1 << 40)], ["img", .number(-1 << 31)]]]
        let event: Packed = ["BlockStored", [1], nil, [1], 1, nil, "GPU", nil, extras]
        let read = try stored(try decode(Packed.batch(event)))
        #expect(read.extras.map(\.kind) == [.located(offset: -1 << 31)])
        #expect(read.hasUnreadableExtras)
    }

    @Test func `extras that no prompt can have are told as unreadable`() throws {
        let item: Packed = ["x"]
        let blocks = Packed.array([Packed](repeating: .array([item, item]), count: 32_769))
        let batch = try decode(
            Packed.batch(["BlockStored", [1], nil, [1], 1, nil, "GPU", nil, blocks])
        )
        let read = try stored(batch)
        #expect(read.extras.count == 65_536)
        #expect(read.hasUnreadableExtras)
    }

    @Test func `a batch of one event leaves nothing in the next`() throws {
        var decoder = EventBatchDecoder()
        let full = Packed.map([
            ("type", "BlockStored"), ("block_hashes", [1, 2]), ("parent_block_hash", 3),
            ("token_ids", [1, 2]), ("block_size", 1), ("lora_id", 7), ("medium", "TAPE"),
            ("lora_name", "a"), ("extra_keys", [["a", "x"], [5]]), ("group_idx", 1),
            ("kv_cache_spec_kind", "mamba"), ("kv_cache_spec_sliding_window", 8),
            ("locality", "REMOTE"), ("ownership", "o"), ("cache_salt", "s"),
            ("lookahead_token_ids", [[1], [2]]),
        ])
        let empty = Packed.batch(.map([("type", "BlockStored"), ("block_hashes", [])]))
        _ = try decode(Packed.batch(full), with: &decoder)
        #expect(try stored(try decode(empty, with: &decoder)) == ReadBlocks())
        _ = try decode(Packed.batch(full), with: &decoder)
        let removed = try decode(Packed.batch(["BlockRemoved", []]), with: &decoder)
        #expect(removed.events == [.blockRemoved(RemovedBlocks())])
    }
}
