/// Commands for one round trip, as they go over the wire (RESP 2). Arguments may hold any bytes.
/// Reused, it allocates nothing.
package struct RedisCommands: Sendable {
    package private(set) var bytes: [UInt8] = []
    /// Commands begun, each of which has one reply.
    package private(set) var count = 0

    package init() {}

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        count = 0
    }

    /// Begins a command of exactly so many words, which must follow, the first being its name.
    package mutating func begin(wordCount: Int) {
        count += 1
        appendHeader("*", wordCount)
    }

    /// Begins a command. Exactly `argumentCount` arguments must follow, beside the name.
    package mutating func begin(_ name: StaticString, argumentCount: Int) {
        begin(wordCount: argumentCount + 1)
        appendHeader("$", name.utf8CodeUnitCount)
        name.withUTF8Buffer { name in
            for index in name.indices { unsafe bytes.append(name[index]) }
        }
        endLine()
    }

    package mutating func append(_ argument: [UInt8]) {
        appendHeader("$", argument.count)
        bytes += argument
        endLine()
    }

    package mutating func append(_ argument: String) { append(Array(argument.utf8)) }

    /// An argument that consists of `prefix` and the digits of `number`.
    package mutating func append(_ prefix: [UInt8] = [], digitsOf number: UInt64) {
        var power: UInt64 = 1
        var digitCount = 1
        while number / power >= 10 {
            power *= 10
            digitCount += 1
        }
        appendHeader("$", prefix.count + digitCount)
        bytes += prefix
        appendDigits(of: number, from: power)
        endLine()
    }

    private mutating func appendHeader(_ mark: Unicode.Scalar, _ count: Int) {
        bytes.append(UInt8(ascii: mark))
        var power: UInt64 = 1
        while UInt64(count) / power >= 10 { power *= 10 }
        appendDigits(of: UInt64(count), from: power)
        endLine()
    }

    private mutating func appendDigits(of number: UInt64, from power: UInt64) {
        var power = power
        while power > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / power % 10))
            power /= 10
        }
    }

    private mutating func endLine() {
        bytes.append(UInt8(ascii: "\r"))
        bytes.append(UInt8(ascii: "\n"))
    }
}
