import Redis
import Testing

@Suite struct RedisCommandsTests {
    @Test func `a command goes over the wire as its arguments, each with its length`() {
        var commands = RedisCommands()
        commands.begin("HSET", argumentCount: 3)
        commands.append(Array("k:".utf8), digitsOf: 120)
        commands.append("naïve")
        commands.append([0, 13, 10])
        let expected = "*4\r\n$4\r\nHSET\r\n$5\r\nk:120\r\n$6\r\nnaïve\r\n$3\r\n\0\r\n\r\n"
        #expect(commands.bytes == Array(expected.utf8))
        #expect(commands.count == 1)
    }

    @Test(arguments: [0, 9, 10, 99, 1_000_000_007, 9_999_999_999_999_999_999, UInt64.max])
    func `a number is written in decimal`(number: UInt64) {
        var commands = RedisCommands()
        commands.append(digitsOf: number)
        #expect(commands.bytes == Array("$\("\(number)".utf8.count)\r\n\(number)\r\n".utf8))
    }

    @Test func `a reused value begins empty`() {
        var commands = RedisCommands()
        commands.begin("PING", argumentCount: 0)
        commands.removeAll()
        #expect(commands.bytes.isEmpty)
        #expect(commands.count == 0)
    }
}
