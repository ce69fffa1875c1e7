import Domain
import KVIndexer
import Randomness
import Testing

/// What lies in Redis, byte for byte: llm-d reads and writes the same.
@Suite struct RedisEntryTests {
    static let gpu =
        #"{"PodIdentifier":"10.0.0.1:8000","DeviceTier":"gpu","Speculative":false,"HasGroup":false,"GroupIdx":0}"#

    @Test func `a block is written as llm-d writes it`() throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address)
        let holder = try #require(fixture.index.open(1))
        fixture.index.store([9_540_012_594_951_042_066], in: holder)
        #expect(fixture.settle())
        #expect(try server.ask("HGETALL", "9540012594951042066") == [Self.gpu, ""])

        fixture.index.store([9_540_012_594_951_042_066], in: holder, tier: .cpu)
        fixture.index.remove([9_540_012_594_951_042_066], from: holder)
        #expect(fixture.settle())
        let cpu = Self.gpu.replacing("gpu", with: "cpu")
        #expect(try server.ask("HKEYS", "9540012594951042066") == [cpu])
    }

    @Test func `a name with any character is written as Go writes it, and read again`() throws {
        let server = try RedisServer()
        let name = "<é>&\"\\\u{1}\n\u{2028}/ü"
        let names = RedisNames(
            endpointName: { _ in name },
            endpoint: { $0 == name ? EndpointID(rawValue: 1) : nil },
            spaceName: { _ in "" }
        )
        let fixture = try RedisIndexFixture(server.address, names: names)
        let holder = try #require(fixture.index.open(1))
        fixture.index.store([5], in: holder)
        #expect(fixture.settle())
        let written = #"\u003cé\u003e\u0026\"\\\u0001\n\u2028/ü"#
        let field = Self.gpu.replacing("10.0.0.1:8000", with: written)
        #expect(try server.ask("HKEYS", "5") == [field])
        #expect(blocks(at: 1, in: fixture.matches([5])) == 1)
    }

    @Test func `an expected block is a speculative entry`() throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address)
        let holder = try #require(fixture.index.open(1, as: .expected))
        fixture.index.store([5], in: holder)
        #expect(fixture.settle())
        let speculative = Self.gpu.replacing(#"ative":false"#, with: #"ative":true"#)
        #expect(try server.ask("HKEYS", "5") == [speculative])
        #expect(fixture.matches([5]).endpoints.first?.expectedBlocks == 1)
    }

    @Test func `a rank is a pod of its own, and shared storage has llm-d's name`() throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address)
        let rank = try #require(fixture.index.open(1, rank: 3))
        fixture.index.store([5], in: rank)
        let opened = fixture.index.open(.shared, in: KeySpaceID(rawValue: 0), as: .confirmed)
        let shared = try #require(opened)
        fixture.index.store([6], in: shared, tier: .disk)
        #expect(fixture.settle())
        #expect(try server.ask("HKEYS", "5") == [Self.gpu.replacing(":8000", with: ":8000#3")])
        #expect(try server.ask("HKEYS", "6")[0].contains(#""PodIdentifier":"SHARED_STORAGE""#))
        #expect(fixture.matches([5]).endpoints.first?.rank == 3)
        #expect(fixture.matches([6]).sharedBlocks == 1)
        #expect(fixture.matches([6]).endpoints.isEmpty)
    }

    @Test(
        arguments: [
            (RedisEntryTests.gpu, [1, 0, 0, 0], 0),
            (
                #"{"PodIdentifier":"10.0.0.1:8000","DeviceTier":"cpu","Speculative":false,"HasGroup":true,"GroupIdx":2}"#,
                [0, 1, 0, 0], 0
            ),
            (
                #"{"PodIdentifier":"10.0.0.1:8000","DeviceTier":"","Speculative":true,"HasGroup":false,"GroupIdx":0}"#,
                [0, 0, 0, 0], 1
            ),
            (
                #"{ "Extra":1.5, "DeviceTier":"GPU", "PodIdentifier":"10.0.0.\u0031:8000" }"#,
                [1, 0, 0, 0], 0
            ),
            ("10.0.0.1:8000@gpu", [1, 0, 0, 0], 0),
            ("10.0.0.1:8000@cpu", [0, 1, 0, 0], 0),
            ("10.0.0.1:8000@gpu[speculative]", [0, 0, 0, 0], 1),
            ("10.0.0.1:8000@fs", [0, 0, 1, 0], 0),
            ("10.0.0.1:8000@moon", [0, 0, 0, 1], 0),
        ] as [(String, [Int32], Int32)]
    )
    func `entries of llm-d are read, old and new`(
        field: String,
        tiers: [Int32],
        expected: Int32
    ) throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address)
        try server.ask("HSET", "7", field, "")
        let match = try #require(fixture.matches([7]).endpoints.first)
        #expect(match.blocks == 1)
        #expect((0..<4).map { match.blocksByTier[$0] } == tiers)
        #expect(match.expectedBlocks == expected)
    }

    @Test func `what is no entry of a known endpoint is nobody's`() throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address)
        let fields = [
            "", "x", "@gpu", "{", "{}", #"{"PodIdentifier":1}"#,
            #"{"PodIdentifier":"10.0.0.1:8000""#,
            #"{"PodIdentifier":"10.0.0.1:8000"} x"#, "10.9.9.9:8000@gpu", "10.0.0.1:8000#0@gpu",
            "10.0.0.1:8000#99999@gpu", String(repeating: "x", count: 100_000), "\u{0}\u{1}",
        ]
        for field in fields { try server.ask("HSET", "7", field, "") }
        try server.ask("SET", "8", "not a hash")
        #expect(fixture.matches([7]).endpoints.isEmpty)
        #expect(fixture.matches([8]).endpoints.isEmpty)
        try server.ask("HSET", "9", "nonsense", "", "10.0.0.2:8000@gpu", "")
        #expect(blocks(at: 2, in: fixture.matches([9])) == 1)
        #expect(fixture.errors(during: "lookup") == 0)
        #expect(fixture.index.isUp)
    }

    @Test func `entries with any bytes changed are read or passed over`() throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address)
        var random = SplitMix64(seed: 4)
        for key in 0..<20 {
            var words = [Array("HSET".utf8), Array("\(key)".utf8)]
            for _ in 0..<500 {
                var field = Array((random.below(2) == 0 ? Self.gpu : "10.0.0.1:8000@gpu").utf8)
                for _ in 0...random.below(4) {
                    let place = random.below(field.count)
                    switch random.below(3) {
                    case 0: field[place] = UInt8(truncatingIfNeeded: random.next())
                    case 1: field.insert(field[random.below(field.count)], at: place)
                    default: field.removeSubrange(place..<min(field.count, place + 9))
                    }
                    if field.isEmpty { field = [0] }
                }
                words += [field, []]
            }
            try server.ask(words)
        }
        for key in 0..<20 { #expect(fixture.matches([UInt64(key)]).endpoints.count <= 250) }
        #expect(fixture.index.isUp)
        #expect(fixture.errors(during: "lookup") == 0)
    }
}
