import Redis
import Testing

@Suite struct RedisConnectionTests {
    typealias Script = FakeServer.Script

    /// What a connection makes of `reply`, which is all that the server says to one command.
    private func outcome(
        of reply: String,
        staysOpen: Bool = false,
        timeout: Duration = .seconds(10),
        limits: RedisConnection.Limits = RedisConnection.Limits()
    ) throws(RedisError) -> [RedisNode] {
        let server = FakeServer(Script(Script.greeting, reply, staysOpen: staysOpen))
        let deadline = ContinuousClock.now + timeout
        let address = RedisAddress(.unix(path: server.path))
        var connection = try RedisConnection.open(address, until: deadline, limits: limits)
        var commands = RedisCommands()
        commands.begin("HKEYS", argumentCount: 1)
        commands.append("k")
        try connection.send(commands, until: deadline)
        try connection.receive(until: deadline)
        return (0..<connection.nodeCount).map { connection.node(at: $0) }
    }

    @Test func `every kind of value is read`() throws {
        let reply = "*6\r\n$2\r\nab\r\n:-7\r\n$-1\r\n*2\r\n+OK\r\n$0\r\n\r\n-ERR bad\r\n*0\r\n"
        #expect(
            try outcome(of: reply) == [
                .array(count: 6), .text(byteCount: 2), .integer(-7), .none, .array(count: 2),
                .text(byteCount: 2), .text(byteCount: 0), .error("ERR bad"), .array(count: 0),
            ]
        )
    }

    @Test func `texts are read as they are, whatever their bytes`() throws {
        let server = FakeServer(Script(Script.greeting, "*2\r\n$4\r\n\0\r\nz\r\n$3\r\nend\r\n"))
        let deadline = ContinuousClock.now + .seconds(10)
        let address = RedisAddress(.unix(path: server.path))
        var connection = try RedisConnection.open(address, until: deadline)
        #expect(connection.serverRun == "abcde")
        try connection.ping(until: deadline)
        #expect(bytes(of: 0, in: connection).isEmpty)
        #expect(bytes(of: 1, in: connection) == Array("\0\r\nz".utf8))
        #expect(bytes(of: 2, in: connection) == Array("end".utf8))
    }

    private func bytes(of index: Int, in connection: borrowing RedisConnection) -> [UInt8] {
        let text = connection.text(of: index)
        return (0..<text.count).map { text[$0] }
    }

    @Test(arguments: [
        "hello\r\n", "*x\r\n", "$-2\r\n", "*-2\r\n", ":12a\r\n", "$99999999999999999999\r\n",
        "*99999999999\r\n", String(repeating: "*1\r\n", count: 64), "\0\0\0\0\r\n",
    ])
    func `a reply that is none is an error`(reply: String) {
        #expect(throws: RedisError.malformedReply) { try outcome(of: reply, staysOpen: true) }
    }

    @Test(arguments: ["", "*2\r\n$1\r\na\r\n", "$100\r\nabc", "$9223372036854775807\r\nabc", "+O"])
    func `a server that goes in the middle of a reply is an error`(reply: String) {
        #expect(throws: RedisError.closed) { try outcome(of: reply) }
    }

    @Test(arguments: ["*2147483647\r\n$1\r\na\r\n", "$2147483646\r\nabc", ":1"])
    func `a promise of much costs nothing and ends with the deadline`(reply: String) {
        #expect(throws: RedisError.timedOut) {
            try outcome(of: reply, staysOpen: true, timeout: .milliseconds(300))
        }
    }

    @Test func `a reply beyond the limits is refused as it comes in`() {
        var limits = RedisConnection.Limits()
        (limits.nodesMax, limits.bytesMax, limits.unreadBytesMax) = (100, 1_000, 10_000)
        let replies = [
            "*200\r\n" + String(repeating: ":1\r\n", count: 200),
            "$2000\r\n" + String(repeating: "x", count: 2_000) + "\r\n",
            "$2000000\r\n" + String(repeating: "x", count: 60_000),
            String(repeating: "+", count: 60_000),
        ]
        for reply in replies {
            #expect(throws: RedisError.replyTooLarge) {
                try outcome(of: reply, staysOpen: true, limits: limits)
            }
        }
    }

    @Test func `user, password and database are told first`() throws {
        let server = FakeServer(Script("+OK\r\n+OK\r\n" + Script.greeting, staysOpen: true))
        let address = RedisAddress(
            .unix(path: server.path),
            user: "picker",
            password: RedisSecret("secret"),
            database: 7
        )
        _ = try RedisConnection.open(address, until: .now + .seconds(10))
        let expected =
            "*3\r\n$4\r\nAUTH\r\n$6\r\npicker\r\n$6\r\nsecret\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n7\r\n"
        #expect(server.heardText.hasPrefix(expected))
    }

    @Test func `a server that repeats the password does not get it into an error`() {
        let server = FakeServer(Script("-ERR unknown command 'AUTH' 'hunter2'\r\n"))
        let password = RedisSecret("hunter2")
        let address = RedisAddress(.unix(path: server.path), password: password)
        #expect(throws: RedisError.connect(reason: "the server answers ERR")) {
            _ = try RedisConnection.open(address, until: .now + .seconds(10))
        }
    }

    @Test func `nobody at the address is an error that says so`() {
        let address = RedisAddress(.unix(path: "/nonexistent/redis.sock"))
        #expect(throws: RedisError.connect(reason: "No such file or directory")) {
            _ = try RedisConnection.open(address, until: .now + .seconds(10))
        }
    }

    @Test func `writing to a server that has gone does not end the process`() throws {
        let server = FakeServer(Script(Script.greeting))
        let deadline = ContinuousClock.now + .seconds(10)
        let address = RedisAddress(.unix(path: server.path))
        var connection = try RedisConnection.open(address, until: deadline)
        var commands = RedisCommands()
        for _ in 0..<100_000 { commands.begin("PING", argumentCount: 0) }
        #expect(throws: RedisError.closed) {
            for _ in 0..<100 { try connection.send(commands, until: deadline) }
        }
    }
}
