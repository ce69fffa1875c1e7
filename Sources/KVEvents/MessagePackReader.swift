/// Why bytes are not the MessagePack that was expected.
package enum MessagePackError: Error, Equatable, Sendable {
    /// The bytes end inside a value, or before as many elements as were announced.
    case truncated(at: Int)
    /// 0xC1, which MessagePack never uses.
    case invalid(at: Int)
    case unexpectedType(at: Int)
}

/// One value, or the head of one: elements of arrays and maps follow it. Strings and bytes are
/// given as the range where they lie.
enum MessagePackValue: Equatable {
    case `nil`
    case bool(Bool)
    case unsigned(UInt64)
    /// Below zero.
    case negative(Int64)
    case float(Double)
    case string(Range<Int>)
    case binary(Range<Int>)
    case array(count: Int)
    /// As many keys, each followed by its value.
    case map(count: Int)
    case other(Range<Int>)
}

/// A cursor over one message. Borrows the bytes: it cannot outlive them, and copies none.
///
/// Any bytes are safe to read. Nothing here recurses, and a count of elements is refused if fewer
/// bytes than elements remain, so that nobody reserves memory for what is not there.
struct MessagePackReader: ~Escapable {
    /// The whole message, of which values before `end` are read. Ranges are of this.
    let bytes: Span<UInt8>
    let end: Int
    private(set) var position: Int

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { self.init(bytes, in: 0..<bytes.count) }

    /// - Parameter range: What to read of `bytes`.
    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, in range: Range<Int>) {
        precondition(range.upperBound <= bytes.count, "a range of another message")
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    @_lifetime(copy self)
    func slice(_ range: Range<Int>) -> Span<UInt8> { bytes.extracting(range) }

    /// Goes back to an earlier position, to read what is there in another way.
    @_lifetime(self: copy self)
    mutating func rewind(to earlier: Int) {
        precondition(earlier <= position, "only what was read can be read again")
        position = earlier
    }

    @_lifetime(self: copy self)
    mutating func readValue() throws(MessagePackError) -> MessagePackValue {
        let start = position
        let head = try readByte()
        switch head {
        case 0x00...0x7F: return .unsigned(UInt64(head))
        case 0x80...0x8F:
            return .map(count: try checked(count: Int(head & 0x0F), bytesPerElement: 2))
        case 0x90...0x9F:
            return .array(count: try checked(count: Int(head & 0x0F), bytesPerElement: 1))
        case 0xA0...0xBF: return .string(try readRange(Int(head & 0x1F)))
        case 0xC0: return .nil
        case 0xC1: throw .invalid(at: start)
        case 0xC2, 0xC3: return .bool(head == 0xC3)
        case 0xC4...0xC6: return .binary(try readRange(readCount(1 << (head - 0xC4))))
        case 0xC7...0xC9: return .other(try readRange(readCount(1 << (head - 0xC7)) + 1))
        case 0xCA: return .float(Double(Float(bitPattern: UInt32(try readNumber(4)))))
        case 0xCB: return .float(Double(bitPattern: try readNumber(8)))
        case 0xCC...0xCF: return .unsigned(try readNumber(1 << (head - 0xCC)))
        case 0xD0...0xD3: return signed(try readNumber(1 << (head - 0xD0)), 8 << (head - 0xD0))
        case 0xD4...0xD8: return .other(try readRange(1 + 1 << (head - 0xD4)))
        case 0xD9...0xDB: return .string(try readRange(readCount(1 << (head - 0xD9))))
        case 0xDC, 0xDD:
            let count = try readCount(2 << (head - 0xDC))
            return .array(count: try checked(count: count, bytesPerElement: 1))
        case 0xDE, 0xDF:
            let count = try readCount(2 << (head - 0xDE))
            return .map(count: try checked(count: count, bytesPerElement: 2))
        default: return .negative(Int64(Int8(bitPattern: head)))
        }
    }

    /// Goes on from a later position, to which another way of reading has come.
    @_lifetime(self: copy self)
    mutating func advance(to later: Int) {
        precondition(later >= position && later <= end, "not within the message")
        position = later
    }

    /// Passes over a whole value, however deep it is nested.
    @_lifetime(self: copy self)
    mutating func skip() throws(MessagePackError) {
        var pending = 1
        while pending > 0 {
            pending -= 1
            switch try readValue() {
            case .array(let count): pending += count
            case .map(let count): pending += 2 * count
            default: continue
            }
        }
    }

    @_lifetime(self: copy self)
    mutating func readByte() throws(MessagePackError) -> UInt8 {
        guard position < end else { throw .truncated(at: position) }
        defer { position += 1 }
        return bytes[position]
    }

    /// Reads a big-endian number.
    @_lifetime(self: copy self)
    mutating func readNumber(_ size: Int) throws(MessagePackError) -> UInt64 {
        guard size <= end - position else { throw .truncated(at: position) }
        var number: UInt64 = 0
        for index in position..<position + size { number = number << 8 | UInt64(bytes[index]) }
        position += size
        return number
    }

    @_lifetime(self: copy self)
    private mutating func readCount(_ size: Int) throws(MessagePackError) -> Int {
        Int(try readNumber(size))  // at most 32 bits
    }

    @_lifetime(self: copy self)
    private mutating func readRange(_ size: Int) throws(MessagePackError) -> Range<Int> {
        guard size <= end - position else { throw .truncated(at: position) }
        defer { position += size }
        return position..<position + size
    }

    private func checked(count: Int, bytesPerElement: Int) throws(MessagePackError) -> Int {
        guard count * bytesPerElement <= end - position else {
            throw .truncated(at: position)
        }
        return count
    }

    /// The lowest `bits` of `number`, as a two's complement.
    private func signed(_ number: UInt64, _ bits: Int) -> MessagePackValue {
        let extended = Int64(bitPattern: number << (64 - bits)) >> (64 - bits)
        return extended < 0 ? .negative(extended) : .unsigned(UInt64(extended))
    }
}
