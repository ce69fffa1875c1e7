import BlockKeys
import Domain
import KVIndexer
import Randomness
import Testing

@Suite struct SnapshotRefusalTests {
    private let fixture: SnapshotFixture
    private let endpoints = [
        SnapshotFixture.endpoint(1, 1), SnapshotFixture.endpoint(2, 2, ranks: 2),
    ]

    init() throws { fixture = try SnapshotFixture() }

    /// The bytes of a small snapshot that has everything a snapshot can have.
    private func smallSnapshot() async throws -> [UInt8] {
        let saved = fixture.index()
        let caches = [
            CacheID(endpoint: EndpointID(rawValue: 5)),
            CacheID(endpoint: EndpointID(rawValue: 6), rank: 1),
        ]
        saved.hold([1, 2, 3], at: caches[0])
        saved.hold([1, 2], at: caches[1], tier: .disk)
        saved.hold([9], at: caches[1], in: 1)
        let feed = ScriptedFeed(
            publishers: [
                caches[0]: SnapshotFixture.publisher(1),
                caches[1]: SnapshotFixture.publisher(2, rank: 1),
            ],
            engineKeys: [
                caches[1]: [
                    (hash: EngineBlockHash(rawValue: 77), key: BlockKey(rawValue: 9))
                ]
            ]
        )
        await fixture.service(saved, feed).save()
        return try fixture.bytes()
    }

    private func error(
        of bytes: [UInt8],
        at now: UInt64 = SnapshotFixture.now
    ) throws -> SnapshotError? {
        try fixture.write(bytes)
        let index = fixture.index()
        do throws(SnapshotError) {
            _ = try fixture.load(into: index, for: endpoints, now: now)
            return nil
        } catch {
            #expect(index.openHolders.isEmpty, "something of a refused snapshot is in the index")
            return error
        }
    }

    @Test func `a small snapshot loads`() async throws {
        #expect(try error(of: try await smallSnapshot()) == nil)
    }

    @Test func `a change of any byte is noticed`() async throws {
        let bytes = try await smallSnapshot()
        for place in bytes.indices {
            for change: UInt8 in [0x01, 0x80, 0xFF] {
                var damaged = bytes
                damaged[place] ^= change
                #expect(try error(of: damaged) != nil, "byte \(place)")
            }
        }
    }

    @Test func `a snapshot that is cut anywhere, or has more, is refused`() async throws {
        let bytes = try await smallSnapshot()
        for count in 0..<bytes.count {
            #expect(try error(of: Array(bytes.prefix(count))) == .truncated, "\(count) bytes")
        }
        let reason = SnapshotError.malformed("something behind the end")
        #expect(try error(of: bytes + [0]) == reason)
    }

    @Test func `a snapshot is refused once it is old, and while it is from the future`()
        async throws
    {
        let bytes = try await smallSnapshot()
        let now = SnapshotFixture.now
        #expect(try error(of: bytes, at: now + 900_000) == nil)
        #expect(try error(of: bytes, at: now + 901_000) == .stale(ageSeconds: 901))
        #expect(try error(of: bytes, at: now - 60_000) == nil)
        #expect(try error(of: bytes, at: now - 61_000) == .fromTheFuture(seconds: 61))
        #expect(try error(of: bytes, at: 0) != nil)
        #expect(try error(of: bytes, at: .max) != nil)
    }

    @Test func `other files and other versions are refused as such`() async throws {
        #expect(try error(of: Array("this is no snapshot at all".utf8)) == .notASnapshot)
        var bytes = try await smallSnapshot()
        bytes[8] = 2
        #expect(try error(of: bytes) == .otherVersion(2))
    }

    @Test func `a file that is too large is refused before it is read`() async throws {
        let bytes = try await smallSnapshot()
        try fixture.write(bytes)
        var config = SnapshotConfig()
        config.bytesMax = bytes.count - 1
        let loader = SnapshotLoader(into: fixture.index(), endpoints: []) { _ in nil }
        #expect(throws: SnapshotError.tooLarge(bytesMax: bytes.count - 1)) {
            try loader.load(fixture.path, config: config, nowMilliseconds: SnapshotFixture.now)
        }
    }

    /// Whoever writes right checksums gets as far as the tables: they must hold there, too.
    @Test func `nonsense under right checksums is refused or loaded, and never a trap`()
        async throws
    {
        let bytes = try await smallSnapshot()
        var random = SplitMix64(seed: 4)
        var refused = 0
        for _ in 0..<3_000 {
            var damaged = bytes
            for _ in 0..<1 + random.below(3) {
                let place = 12 + random.below(damaged.count - 12)
                switch random.below(3) {
                case 0: damaged[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: damaged[place] = [0, 1, 0x7F, 0x80, 0xFF][random.below(5)]
                default: damaged[place] ^= 1 << UInt8(random.below(8))
                }
            }
            if try error(of: resealed(damaged)) != nil { refused += 1 }
        }
        #expect((1..<3_000).contains(refused))
    }

    /// With the checksums of the sections as they lie, and of the file.
    private func resealed(_ bytes: [UInt8]) -> [UInt8] {
        func replace(_ number: UInt64, at place: Int, in bytes: inout [UInt8]) {
            for byte in 0..<8 {
                bytes[place + byte] = UInt8(truncatingIfNeeded: number >> (8 * byte))
            }
        }
        var bytes = bytes
        var place = 12
        while place + 16 <= bytes.count - 8 {
            let length = (0..<4).reduce(0) { $0 | Int(bytes[place + 4 + $1]) << (8 * $1) }
            let (payload, end) = (place + 16, place + 16 + length)
            guard end <= bytes.count - 8 else { break }
            let section = Array(bytes[payload..<end])
            replace(Fingerprint.hash(section.span), at: place + 8, in: &bytes)
            place = end
        }
        let body = Array(bytes.dropLast(8))
        replace(Fingerprint.hash(body.span), at: body.count, in: &bytes)
        return bytes
    }

    @Test func `random bytes are refused`() throws {
        var random = SplitMix64(seed: 8)
        for _ in 0..<200 {
            var bytes = Array("WPKVSNAP".utf8) + [1, 0, 0, 0]
            for _ in 0..<random.below(300) {
                bytes.append(UInt8(truncatingIfNeeded: random.next()))
            }
            #expect(try error(of: bytes) != nil)
        }
    }
}
