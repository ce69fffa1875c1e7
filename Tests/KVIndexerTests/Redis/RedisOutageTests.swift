import Dispatch
import Domain
import KVIndexer
import Synchronization
import Testing
import Threads

@Suite struct RedisOutageTests {
    private let keys = (0..<3_000).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }

    @Test func `a server that was killed under load is written again, whole`() throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address)
        let index = fixture.index
        let isOver = Atomic(false)
        let lookups = DispatchSemaphore(value: 0)
        let workers = try (1...3).map { endpoint in
            let holder = try #require(index.open(UInt32(endpoint)))
            return try OSThread(named: "load") { [keys] in
                var round = 0
                while !isOver.load(ordering: .relaxed) || round < 20 {
                    let start = round * 37 % 2_900
                    index.store(Array(keys[start..<start + 64]), in: holder, .onlyFirst)
                    index.remove(Array(keys[start + 50..<start + 60]), from: holder)
                    _ = fixture.matches(Array(keys[start..<start + 64]))
                    lookups.signal()
                    round += 1
                }
                index.store(keys, in: holder, .onlyFirst)
                index.remove(Array(keys[(1_000 * endpoint)...]), from: holder)
            }
        }
        for _ in 0..<3 {
            server.kill()
            for _ in 0..<50 { lookups.wait() }
            try server.start()
            for _ in 0..<50 { lookups.wait() }
        }
        isOver.store(true, ordering: .relaxed)
        for worker in workers { worker.join() }
        #expect(fixture.settle())
        #expect((1...3).map { blocks(at: $0, in: fixture.matches(keys)) } == [1_000, 2_000, 3_000])
        #expect(try server.ask("DBSIZE") == ["3000"])
    }

    @Test func `while it is down nothing is found, and one line says so`() throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address) { $0.cacheMilliseconds = 0 }
        let holder = try #require(fixture.index.open(1))
        fixture.index.store(keys, in: holder)
        #expect(fixture.settle())
        #expect(fixture.gauge("warmpath_kv_redis_up") == 1)

        server.kill()
        for _ in 0..<100 { #expect(fixture.matches(keys).endpoints.isEmpty) }
        #expect(fixture.gauge("warmpath_kv_redis_up") == 0)
        #expect(fixture.logged.count(of: "Redis is down") == 1)
        #expect(fixture.errors(during: "lookup") >= 1)

        try server.start()
        #expect(fixture.settle())
        #expect(blocks(at: 1, in: fixture.matches(keys)) == 3_000)
        #expect(fixture.gauge("warmpath_kv_redis_up") == 1)
        #expect(fixture.logged.count(of: "Redis is up") == 2)
    }

    @Test func `what was removed or closed during an outage is gone after it`() throws {
        let server = try RedisServer("--appendonly", "yes", "--appendfsync", "always")
        let fixture = try RedisIndexFixture(server.address) {
            $0.cacheMilliseconds = 0
            $0.namespace = #"p[1]*\?:"#
        }
        let kept = try #require(fixture.index.open(1))
        let closed = try #require(fixture.index.open(2))
        fixture.index.store(keys, in: kept)
        fixture.index.store(keys, in: closed)
        #expect(fixture.settle())
        try server.ask("HSET", #"p[1]*\?:\#(keys[0])"#, "10.0.0.3:8000@gpu", "")  // somebody else's

        server.kill()
        _ = fixture.matches(keys)
        fixture.index.remove(Array(keys[10...]), from: kept)
        fixture.index.close(closed)
        try server.start()
        #expect(fixture.settle())
        #expect(try server.ask("DBSIZE") == ["10"])
        #expect((1...3).map { blocks(at: $0, in: fixture.matches(keys)) } == [10, 0, 1])
    }

    @Test func `a server that went back to an older state is put right`() throws {
        let server = try RedisServer("--dbfilename", "old.rdb")
        let fixture = try RedisIndexFixture(server.address) { $0.cacheMilliseconds = 0 }
        let holder = try #require(fixture.index.open(1))
        fixture.index.store(keys, in: holder)
        #expect(fixture.settle())
        try server.ask("SAVE")
        fixture.index.remove(Array(keys[100...]), from: holder)
        #expect(fixture.settle())
        server.kill()
        try server.start()
        #expect(try server.ask("DBSIZE") == ["3000"])
        _ = fixture.matches(keys)  // finds out that it is another run
        #expect(fixture.settle())
        #expect(try server.ask("DBSIZE") == ["100"])
    }

    @Test func `a restart that nobody saw is noticed with the next change`() throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address)
        let holder = try #require(fixture.index.open(1))
        fixture.index.store(keys, in: holder)
        #expect(fixture.settle())
        server.kill()
        try server.start()
        fixture.index.store([1], in: holder)
        #expect(fixture.settle())
        #expect(try server.ask("DBSIZE") == ["3001"])
        #expect(fixture.logged.count(of: "Redis is down") == 0)
    }

    @Test func `a server that hangs holds a lookup up no longer than the timeout`() throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address) {
            $0.timeoutMilliseconds = 400
            $0.cacheMilliseconds = 0
        }
        let holder = try #require(fixture.index.open(1))
        fixture.index.store(keys, in: holder)
        #expect(fixture.settle())
        server.freeze()
        #expect(fixture.matches(keys).endpoints.isEmpty)
        #expect(!fixture.index.isUp)
        for _ in 0..<1_000 { #expect(fixture.matches(keys).endpoints.isEmpty) }
        #expect(fixture.errors(during: "lookup") == 1)
        server.thaw()
        #expect(fixture.settle())
        #expect(blocks(at: 1, in: fixture.matches(keys)) == 3_000)
    }

    @Test func `changes that find no room are made up for later`() throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address) { $0.queuedBlocksMax = 500 }
        let holder = try #require(fixture.index.open(1))
        fixture.index.store(Array(keys[..<100]), in: holder)
        #expect(fixture.settle())
        server.freeze()
        for key in keys[100...] { fixture.index.store([key], in: holder) }
        for key in keys[2_000...] { fixture.index.remove([key], from: holder) }
        for key in keys[..<50] { fixture.index.remove([key], from: holder) }
        server.thaw()
        #expect(fixture.settle())
        #expect(try server.ask("DBSIZE") == ["1950"])
        #expect(blocks(at: 1, in: fixture.matches(Array(keys[50...]))) == 1_950)
    }

    @Test func `a server that is full is written to once it has room`() throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address)
        let holder = try #require(fixture.index.open(1))
        try server.ask("CONFIG", "SET", "maxmemory", "1")
        fixture.index.store(keys, in: holder)
        #expect(!fixture.index.settle(within: .milliseconds(100)))
        #expect(fixture.index.isUp)
        #expect(fixture.logged.count(of: "Redis refuses changes") == 1)
        try server.ask("CONFIG", "SET", "maxmemory", "0")
        #expect(fixture.settle())
        #expect(blocks(at: 1, in: fixture.matches(keys)) == 3_000)
    }

    @Test func `a server that comes late is used when it comes`() throws {
        let server = try RedisServer()
        server.kill()
        let fixture = try RedisIndexFixture(server.address)
        let holder = try #require(fixture.index.open(1))
        fixture.index.store(keys, in: holder)
        #expect(fixture.matches(keys).endpoints.isEmpty)
        #expect(fixture.logged.count(of: "Redis is down") == 1)
        try server.start()
        #expect(fixture.settle())
        #expect(blocks(at: 1, in: fixture.matches(keys)) == 3_000)
    }
}
