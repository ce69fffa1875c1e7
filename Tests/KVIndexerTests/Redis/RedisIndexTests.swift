import Domain
import KVIndexer
import Redis
import Testing

@Suite struct RedisIndexTests {
    @Test func `an address that cannot be used is refused`() {
        #expect(throws: RedisAddressError.self) { try RedisIndexFixture("rediss://cache") }
    }

    @Test func `the last removal leaves no key behind`() throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address)
        let holder = try #require(fixture.index.open(1))
        fixture.index.store([1, 2, 3], in: holder)
        fixture.index.remove([3, 1, 2], from: holder)
        #expect(fixture.settle())
        #expect(try server.ask("DBSIZE") == ["0"])
    }

    @Test func `spaces and namespaces keep keys apart`() throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address) { $0.namespace = "prod[1]:" }
        let other = try RedisIndexFixture(server.address)
        let first = try #require(fixture.index.open(1))
        let second = try #require(fixture.index.open(2, space: 4))
        fixture.index.store([1], in: first)
        fixture.index.store([1, 2], in: second)
        #expect(fixture.settle())
        #expect(
            try Set(server.ask("KEYS", "*"))
                == ["prod[1]:1", "prod[1]:sspace4:1", "prod[1]:sspace4:2"]
        )
        #expect(blocks(at: 1, in: fixture.matches([1, 2])) == 1)
        #expect(blocks(at: 2, in: fixture.matches([1, 2])) == 0)
        #expect(blocks(at: 2, in: fixture.matches([1, 2], space: 4)) == 2)
        #expect(other.matches([1, 2]).endpoints.isEmpty)
    }

    @Test func `blocks live as long as they are told to`() throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address) { $0.timeToLiveSeconds = 3_600 }
        let holder = try #require(fixture.index.open(1))
        fixture.index.store([1], in: holder)
        #expect(fixture.settle())
        let first = try #require(try server.ask("TTL", "1").first.flatMap { Int($0) })
        #expect((3_500...3_600).contains(first))
        try server.ask("EXPIRE", "1", "10")
        fixture.index.store([1], in: holder, .onlyFirst)
        #expect(fixture.settle())
        let again = try #require(try server.ask("TTL", "1").first.flatMap { Int($0) })
        #expect((3_500...3_600).contains(again))
    }

    @Test func `password and database are used`() throws {
        let server = try RedisServer("--requirepass", "hunter2")
        let fixture = try RedisIndexFixture("unix://:hunter2@\(server.path)?db=5")
        let holder = try #require(fixture.index.open(1))
        fixture.index.store([1], in: holder)
        #expect(fixture.settle())
        #expect(try server.ask("DBSIZE", as: ":hunter2@", database: 5) == ["1"])
        #expect(try server.ask("DBSIZE", as: ":hunter2@") == ["0"])

        let refused = try RedisIndexFixture("unix://:wrong@\(server.path)")
        #expect(!refused.index.isUp)
        #expect(refused.logged.count(of: "WRONGPASS") == 1)
        #expect(refused.logged.count(of: "wrong") == 0)
    }

    @Test func `another picker sees the blocks, and closing them takes them away`() throws {
        let server = try RedisServer()
        let writer = try RedisIndexFixture(server.address)
        let reader = try RedisIndexFixture(server.address) { $0.cacheMilliseconds = 0 }
        let keys = (0..<2_000).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }
        let holder = try #require(writer.index.open(1))
        let double = try #require(writer.index.open(1))
        writer.index.store(keys, in: holder)
        writer.index.store(Array(keys.prefix(100)), in: double)
        #expect(writer.settle())
        #expect(blocks(at: 1, in: reader.matches(keys)) == 2_000)

        writer.index.close(holder)
        #expect(blocks(at: 1, in: writer.matches(keys)) == 100)
        #expect(writer.settle())
        #expect(blocks(at: 1, in: reader.matches(keys)) == 100)
        #expect(try server.ask("DBSIZE") == ["100"])
        writer.index.close(double)
        #expect(blocks(at: 1, in: writer.matches(keys)) == 0)
        #expect(writer.settle())
        #expect(try server.ask("DBSIZE") == ["0"])
    }

    @Test func `two requests do not take each other's expected blocks away`() throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address)
        let first = try #require(fixture.index.open(1, as: .expected))
        let second = try #require(fixture.index.open(1, as: .expected))
        fixture.index.store([1, 2], in: first)
        fixture.index.store([1, 2, 3], in: second)
        fixture.index.close(first)
        #expect(fixture.settle())
        #expect(blocks(at: 1, in: fixture.matches([1, 2, 3])) == 3)
        fixture.index.close(second)
        #expect(fixture.settle())
        #expect(try server.ask("DBSIZE") == ["0"])
    }

    @Test func `what an earlier process expected is forgotten, and what engines announced is not`()
        throws
    {
        let server = try RedisServer()
        let earlier = try RedisIndexFixture(server.address)
        let keys = (0..<2_000).map { UInt64($0) }
        let expected = try #require(earlier.index.open(1, as: .expected))
        let confirmed = try #require(earlier.index.open(1))
        earlier.index.store(keys, in: expected)
        earlier.index.store(Array(keys[..<100]), in: confirmed)
        earlier.index.leave(within: .seconds(60))

        let fixture = try RedisIndexFixture(server.address)
        let mine = try #require(fixture.index.open(1, as: .expected))
        fixture.index.store([0, 1_999], in: mine)
        #expect(fixture.settle())
        #expect(try server.ask("DBSIZE") == ["101"])
        #expect(blocks(at: 1, in: fixture.matches(keys)) == 100)
    }

    @Test func `what an engine had before it was restarted is forgotten, whoever wrote it`() throws
    {
        let server = try RedisServer()
        let earlier = try RedisIndexFixture(server.address)
        let keys = (0..<2_000).map { UInt64($0) }
        let before = try #require(earlier.index.open(1))
        earlier.index.store(keys, in: before)
        earlier.index.leave(within: .seconds(60))

        let fixture = try RedisIndexFixture(server.address)
        let first = try #require(fixture.index.open(1))
        fixture.index.store([0, 1], in: first)
        #expect(fixture.settle())
        #expect(blocks(at: 1, in: fixture.matches(keys)) == 2_000)
        fixture.index.close(first)
        let second = try #require(fixture.index.open(1))
        fixture.index.store([0], in: second)
        #expect(fixture.settle())
        #expect(blocks(at: 1, in: fixture.matches(keys)) == 1)
        #expect(try server.ask("DBSIZE") == ["1"])
    }

    @Test func `blocks of an uncertain holder are told as such`() throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address)
        let holder = try #require(fixture.index.open(1))
        fixture.index.store([1, 2], in: holder)
        #expect(fixture.settle())
        fixture.index.markUncertain(holder)
        #expect(fixture.matches([1, 2]).endpoints.first?.uncertainBlocks == 2)
        #expect(!isConfirmed(1, in: fixture.index))
        fixture.index.markConfirmed(holder)
        #expect(fixture.matches([1, 2]).endpoints.first?.uncertainBlocks == 0)
        #expect(isConfirmed(1, in: fixture.index))
        #expect(!isConfirmed(3, in: fixture.index))
    }

    /// Numbers 1 and 101 are the same address, as after an endpoint left and came back.
    private static let returning = RedisNames(
        endpointName: { "10.0.0.\($0.rawValue % 100):8000" },
        endpoint: { $0 == "10.0.0.1:8000" ? EndpointID(rawValue: 101) : nil },
        spaceName: { _ in "" }
    )

    @Test(arguments: [HolderKind.confirmed, .expected])
    func `an endpoint that comes back keeps what it stores again`(kind: HolderKind) throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address, names: Self.returning)
        let keys = (0..<2_000).map { UInt64($0) }
        for _ in 0..<5 {
            let old = try #require(fixture.index.open(1, as: kind))
            fixture.index.store(keys, in: old)
            #expect(fixture.settle())
            let new = try #require(fixture.index.open(101, space: 7, as: kind))
            fixture.index.store(Array(keys[..<700]), in: new)
            fixture.index.close(old)
            fixture.index.store(Array(keys[700..<1_500]), in: new)
            #expect(fixture.settle())
            #expect(blocks(at: 101, in: fixture.matches(keys, space: 7)) == 1_500)
            #expect(try server.ask("DBSIZE") == ["1500"])
            fixture.index.close(new)
            #expect(fixture.settle())
            #expect(try server.ask("DBSIZE") == ["0"])
        }
    }

    @Test func `a sweep spares what an endpoint that came back has stored again`() throws {
        let server = try RedisServer("--appendonly", "yes", "--appendfsync", "always")
        let fixture = try RedisIndexFixture(server.address, names: Self.returning)
        let keys = (0..<2_000).map { UInt64($0) }
        let old = try #require(fixture.index.open(1))
        fixture.index.store(keys, in: old)
        #expect(fixture.settle())
        server.kill()
        _ = fixture.matches(keys)
        fixture.index.close(old)
        let new = try #require(fixture.index.open(101))
        fixture.index.store(Array(keys[..<1_500]), in: new)
        try server.start()
        #expect(fixture.settle())
        #expect(try server.ask("DBSIZE") == ["1500"])
    }

    private func isConfirmed(_ key: UInt64, in index: RedisIndex) -> Bool {
        let cache = CacheID(endpoint: EndpointID(rawValue: 1))
        return index.isConfirmed(BlockKey(rawValue: key), at: cache, in: KeySpaceID(rawValue: 0))
    }

    @Test func `an endpoint without a name cannot be written`() throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address)
        #expect(fixture.index.open(250) == nil)
    }
}
