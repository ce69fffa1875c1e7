import Dispatch
import Redis
import Synchronization
import Testing

@Suite struct RedisPoolTests {
    typealias Script = FakeServer.Script

    private func pool(
        _ server: FakeServer,
        connectionCount: Int = 1,
        onChange: @escaping @Sendable (RedisPool.Health, RedisError?) -> Void = { _, _ in }
    ) -> RedisPool {
        var backoff = RedisPool.Backoff()
        (backoff.first, backoff.longest) = (.milliseconds(1), .milliseconds(4))
        return RedisPool(
            RedisAddress(.unix(path: server.path)),
            connectionCount: connectionCount,
            timeout: .seconds(10),
            backoff: backoff,
            onChange: onChange
        )
    }

    private func ping(_ pool: RedisPool, timeout: Duration = .seconds(10)) throws(RedisError) {
        let deadline = ContinuousClock.now + timeout
        try pool.perform(until: deadline) { connection throws(RedisError) in
            try connection.ping(until: deadline)
        }
    }

    @Test func `until somebody connects, callers fail at once`() {
        let server = FakeServer(Script(Script.greeting, staysOpen: true))
        let pool = pool(server)
        #expect(throws: RedisError.unavailable) { try ping(pool) }
        #expect(server.acceptedCount == 0)
    }

    @Test func `a connection is used again`() throws {
        let server = FakeServer(Script(Script.greeting, "+PONG\r\n", "+PONG\r\n", "+PONG\r\n"))
        let pool = pool(server)
        #expect(pool.restore() == nil)
        try ping(pool)
        try ping(pool)
        #expect(server.acceptedCount == 1)
    }

    @Test func `a connection that ended while idle is replaced, and nobody notices`() throws {
        let server = FakeServer(
            Script(Script.greeting, "+PONG\r\n"),
            Script(Script.greeting, "+PONG\r\n", staysOpen: true)
        )
        let pool = pool(server)
        #expect(pool.restore() == nil)
        try ping(pool)
        #expect(server.acceptedCount == 2)
        #expect(pool.restarts == 0)
    }

    @Test func `another run of the server is noticed`() throws {
        let server = FakeServer(
            Script(Script.greeting, "+PONG\r\n"),
            Script("+PONG\r\n$12\r\nrun_id:fghij\r\n", "+PONG\r\n", staysOpen: true)
        )
        let pool = pool(server)
        #expect(pool.restore() == nil)
        try ping(pool)
        #expect(pool.restarts == 1)
    }

    @Test func `a failure is told once, and so is the end of it`() throws {
        let server = FakeServer(
            Script(Script.greeting, "+PONG\r\n", "nonsense\r\n"),
            Script("-LOADING not yet\r\n"),
            Script("-LOADING not yet\r\n"),
            Script(Script.greeting, "+PONG\r\n", "+PONG\r\n", staysOpen: true)
        )
        let changes = Mutex<[String]>([])
        let pool = pool(server) { health, error in
            changes.withLock { $0.append("\(health) \(error.map { "\($0)" } ?? "")") }
        }
        #expect(pool.restore() == nil)
        #expect(throws: RedisError.malformedReply) { try ping(pool) }
        #expect(throws: RedisError.unavailable) { try ping(pool) }
        var attempts = 0
        while pool.restore() != nil { attempts += 1 }
        #expect(attempts >= 2)
        try ping(pool)
        #expect(changes.withLock { $0 } == ["up ", "down a reply is malformed", "up "])
    }

    @Test func `attempts to connect become rarer`() {
        let address = RedisAddress(.unix(path: "/nonexistent/redis.sock"))
        let pool = RedisPool(address, connectionCount: 1, timeout: .seconds(10))
        let first = pool.restore()
        let second = pool.restore()
        #expect(first == .milliseconds(50))
        #expect(second.map { $0 <= .milliseconds(50) && $0 > .zero } == true)
        #expect(pool.health == .down)
    }

    @Test func `whoever waits too long for a connection is told, and the pool stays up`() throws {
        let server = FakeServer(Script(Script.greeting, "+PONG\r\n", "+PONG\r\n", staysOpen: true))
        let pool = pool(server)
        #expect(pool.restore() == nil)
        let deadline = ContinuousClock.now + .seconds(10)
        let _: Void = try pool.perform(until: deadline) { connection throws(RedisError) in
            #expect(throws: RedisError.busy) { try ping(pool, timeout: .milliseconds(10)) }
        }
        try ping(pool)
        #expect(pool.isUp)
    }

    @Test func `a server that had no time to answer does not count as down`() throws {
        let server = FakeServer(Script(Script.greeting, "+PONG\r\n", "+PONG\r\n", staysOpen: true))
        let pool = pool(server)
        #expect(pool.restore() == nil)
        for _ in 0..<3 {
            #expect(throws: RedisError.busy) { try ping(pool, timeout: .milliseconds(1)) }
            #expect(throws: RedisError.busy) { try ping(pool, timeout: .zero) }
        }
        #expect(pool.isUp)
        try ping(pool)
        #expect(server.acceptedCount == 1)
    }

    private func pingOpen(_ pool: RedisPool) throws(RedisError) {
        let deadline = ContinuousClock.now + .seconds(10)
        try pool.perform(until: deadline, opening: false) { connection throws(RedisError) in
            try connection.ping(until: deadline)
        }
    }

    @Test func `who cannot wait finds connections open, and tries each that is left`() throws {
        let server = FakeServer(
            Script(Script.greeting, "+PONG\r\n", "+PONG\r\n", "+PONG\r\n", staysOpen: true),
            Script(Script.greeting),
            Script(Script.greeting),
            Script(Script.greeting, staysOpen: true)
        )
        let pool = pool(server, connectionCount: 3)
        #expect(pool.restore() == nil)
        #expect(server.acceptedCount == 3)
        try pingOpen(pool)
        try pingOpen(pool)
        #expect(pool.isUp)
        #expect(server.acceptedCount == 3)
        pool.refill()
        #expect(server.acceptedCount == 5)
    }

    @Test func `who cannot wait opens nothing, and the last closed connection means down`() {
        let server = FakeServer(
            Script(Script.greeting, "+PONG\r\n"),
            Script(Script.greeting),
            Script(Script.greeting, "+PONG\r\n", "+PONG\r\n", staysOpen: true)
        )
        let pool = pool(server, connectionCount: 2)
        #expect(pool.restore() == nil)
        #expect(throws: RedisError.closed) { try pingOpen(pool) }
        #expect(server.acceptedCount == 2)
        #expect(pool.health == .down)
        #expect(pool.restore() == nil)
        #expect(throws: Never.self) { try pingOpen(pool) }
        #expect(server.acceptedCount == 4)
    }

    @Test func `connections are never more than the bound`() throws {
        let script = Script(Script.greeting, "+PONG\r\n", "+PONG\r\n", staysOpen: true)
        let server = FakeServer(script)
        let pool = pool(server, connectionCount: 2)
        #expect(pool.restore() == nil)
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            for _ in 0..<20 {
                let deadline = ContinuousClock.now + .seconds(10)
                _ = try? pool.perform(until: deadline) { _ throws(RedisError) in }
            }
        }
        #expect(server.acceptedCount <= 2)
    }
}
