import KVEvents
import Testing

/// What does not fit: fields nobody knows, bad events, broken framing.
extension EventBatchDecoderTests {
    @Test func `unknown fields and further elements are passed over`() throws {
        let event = Packed.map([
            ("session_id", "s1"), ("type", "BlockStored"), (["not", "a name"], [1, [2]]),
            ("lookahead_token_ids", [[1], [2]]), ("block_hashes", [1]), ("block_size", 4),
        ])
        #expect(try stored(try decode(Packed.batch(event))).blockSize == 4)
        let tail = (0..<20).map { Packed.number($0) }
        let long = Packed.array(["BlockRemoved", [1], "CPU", 0] + tail)
        #expect(try decode(Packed.batch(long)).events.count == 1)
        let batch: Packed = [0, [["AllBlocksCleared"]], 0, "more", [1]]
        #expect(try decode(batch.bytes).events == [.allBlocksCleared])
    }

    @Test func `an event wrapped in bytes is unwrapped, once`() throws {
        let cleared = Packed.array(["AllBlocksCleared"]).bytes
        let twice = Packed.binary(Packed.binary(cleared).bytes)
        let broken = Packed.binary([0x92, 0xA1])
        let batch = try decode(Packed.batch(.binary(cleared), twice, broken, .binary(cleared)))
        #expect(batch.events == [.allBlocksCleared, .allBlocksCleared])
        #expect(batch.summary.malformedEventCount == 2)
    }

    @Test func `a bad event is counted, and the others of its batch are read`() throws {
        let batch = try decode(
            Packed.batch(
                ["AllBlocksCleared"],
                ["BlockStored", "no hashes", nil, [], 4],
                ["BlockStored"],
                ["BlockMoved", 1, 2],
                5,
                [],
                .map([]),
                ["BlockRemoved", [nil]],
                ["BlockRemoved", [1]]
            )
        )
        #expect(batch.events.count == 2)
        #expect(batch.summary.malformedEventCount == 6)
        #expect(batch.summary.unknownEventCount == 1)
    }

    @Test(arguments: [
        ("", MessagePackError.truncated(at: 0)),
        ("c1", .invalid(at: 0)),
        ("91 00", .unexpectedType(at: 0)),
        ("92 00 80", .unexpectedType(at: 2)),
        ("92 00 91", .truncated(at: 3)),
        ("92 00 dd ffffffff", .truncated(at: 7)),
        ("92 00 91 92 ac426c6f636b52656d6f766564 dd ffffffff c0", .truncated(at: 22)),
        ("92 00 91 df ffffffff", .truncated(at: 8)),
        ("92 00 91 c6 ffffffff 00", .truncated(at: 8)),
        ("92 db ffffffff 00", .truncated(at: 6)),
    ])
    func `a payload whose framing is broken is refused`(hex: String, error: MessagePackError) {
        #expect(throws: error) { try decode(hex: hex) }
    }

    /// Tokens are read several at a time, which must not reach over the end.
    @Test(arguments: ["cd0102", "ce01020304", "07", "cce0", "cd0102 ce01020304 07 cce0"])
    func `a payload that is cut anywhere is refused`(tokens: String) throws {
        let widths = Fixtures.bytes(tokens)
        let elementCount = tokens.contains(" ") ? 4 : 1
        var list: [UInt8] = [0xDC, 0, UInt8(40 * elementCount)]
        for _ in 0..<40 { list += widths }
        let batch = Packed.batch(["BlockStored", [1], nil, .raw(list), 16])
        #expect(try stored(try decode(batch)).tokens.count == 40 * elementCount)
        for count in 0..<batch.count - 1 {
            #expect(throws: MessagePackError.self) { try decode(Array(batch[..<count])) }
        }
    }

    @Test func `nesting of any depth is passed over without recursion`() throws {
        let depth = 1_000_000
        let deep = Packed.raw([UInt8](repeating: 0x91, count: depth) + [0])
        let batch = try decode(Packed.batch(["BlockMoved", deep], ["AllBlocksCleared"]))
        #expect(batch.events == [.allBlocksCleared])
    }
}
