import Domain

// The values that event fields have. Nil on the wire is nil here.
extension MessagePackReader {
    @_lifetime(self: copy self)
    mutating func readInteger() throws(MessagePackError) -> Int? {
        if passNil() { return nil }
        let start = position
        switch try readValue() {
        case .nil: return nil
        case .negative(let number): return Int(number)
        case .unsigned(let number):
            guard let integer = Int(exactly: number) else { throw .unexpectedType(at: start) }
            return integer
        default: throw .unexpectedType(at: start)
        }
    }

    /// Reads a number that arithmetic cannot overflow with. One out of `range` is refused.
    @_lifetime(self: copy self)
    mutating func readInteger(in range: ClosedRange<Int>) throws(MessagePackError) -> Int? {
        let start = position
        guard let integer = try readInteger() else { return nil }
        guard range.contains(integer) else { throw .unexpectedType(at: start) }
        return integer
    }

    /// Reads a string. Returns where it lies.
    @_lifetime(self: copy self)
    mutating func readString() throws(MessagePackError) -> Range<Int>? {
        if let range = readShortString() { return range }
        let start = position
        switch try readValue() {
        case .nil: return nil
        case .string(let range): return range
        default: throw .unexpectedType(at: start)
        }
    }

    /// Reads a string of less than 32 bytes, as names are, or leaves the value where it is.
    @_lifetime(self: copy self)
    private mutating func readShortString() -> Range<Int>? {
        guard position < end, bytes[position] & 0xE0 == 0xA0 else { return nil }
        let first = position + 1
        let last = first + Int(bytes[position] & 0x1F)
        guard last <= end else { return nil }
        advance(to: last)
        return first..<last
    }

    @_lifetime(self: copy self)
    mutating func readArrayCount() throws(MessagePackError) -> Int? {
        let start = position
        switch try readValue() {
        case .nil: return nil
        case .array(let count): return count
        default: throw .unexpectedType(at: start)
        }
    }

    /// Passes over nil, or leaves the value where it is if it is none.
    @_lifetime(self: copy self)
    mutating func passNil() -> Bool {
        guard position < end, bytes[position] == 0xC0 else { return false }
        advance(to: position + 1)
        return true
    }

    /// Reads the head of a map, or leaves the value where it is if it is none.
    @_lifetime(self: copy self)
    mutating func readMapCountIfMap() throws(MessagePackError) -> Int? {
        let start = position
        if case .map(let count) = try readValue() { return count }
        rewind(to: start)
        return nil
    }

    /// Passes over a value. False if it is nil, or an empty array.
    @_lifetime(self: copy self)
    mutating func readPresence() throws(MessagePackError) -> Bool {
        let start = position
        switch try readValue() {
        case .nil, .array(count: 0): return false
        default:
            rewind(to: start)
            try skip()
            return true
        }
    }

    /// Reads a map's key. One that is not a string names no field.
    @_lifetime(self: copy self)
    mutating func readFieldName() throws(MessagePackError) -> EventField {
        let start = position
        if let name = readShortString() { return EventField.named(slice(name)) }
        if case .string(let range) = try readValue() { return EventField.named(slice(range)) }
        rewind(to: start)
        try skip()
        return .ignored
    }

    /// Replaces the contents of `hashes`.
    @_lifetime(self: copy self)
    mutating func readHashes(into hashes: inout [EngineBlockHash]) throws(MessagePackError) {
        let start = position
        guard let count = try readArrayCount() else { throw .unexpectedType(at: start) }
        hashes.removeAll(keepingCapacity: true)
        hashes.append(contentsOf: repeatElement(EngineBlockHash(rawValue: 0), count: count))
        var room = hashes.mutableSpan
        for place in 0..<count {
            if let number = readLongNumber() {
                room[place] = EngineBlockHash(rawValue: number)
                continue
            }
            let start = position
            guard let hash = try readHash() else { throw .unexpectedType(at: start) }
            room[place] = hash
        }
    }

    /// Reads a number that is written in eight bytes, as nearly every hash is, or leaves the
    /// value where it is.
    @_lifetime(self: copy self)
    private mutating func readLongNumber() -> UInt64? {
        guard end - position >= 9, bytes[position] == 0xCF else { return nil }
        let number = bytes.word(at: position + 1).byteSwapped
        advance(to: position + 9)
        return number
    }

    /// Reads a hash: a number of 64 bits, signed or not, or a digest, of which the last eight
    /// bytes count.
    @_lifetime(self: copy self)
    mutating func readHash() throws(MessagePackError) -> EngineBlockHash? {
        let start = position
        switch try readValue() {
        case .nil: return nil
        case .unsigned(let number): return EngineBlockHash(rawValue: number)
        case .negative(let number): return EngineBlockHash(rawValue: UInt64(bitPattern: number))
        case .binary(let digest):
            let number = digest.suffix(8).reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
            return EngineBlockHash(rawValue: number)
        default: throw .unexpectedType(at: start)
        }
    }

    /// Reads an extra key: a string or bytes, or an array that begins with one and goes on with
    /// an offset. Nil for others.
    @_lifetime(self: copy self)
    mutating func readExtra(ofBlock block: Int) throws(MessagePackError) -> EncodedExtra? {
        let start = position
        guard case .array(let count) = try readValue() else {
            rewind(to: start)
            return try readBareExtra(ofBlock: block)
        }
        guard count > 0 else { return nil }
        var extra = try readBareExtra(ofBlock: block)
        for place in 1..<count {
            let start = position
            let value = try readValue()
            if place == 1, case .unsigned(let number) = value {
                extra = extra?.located(at: Int32(exactly: number))
            } else if place == 1, case .negative(let number) = value {
                extra = extra?.located(at: Int32(exactly: number))
            } else {
                rewind(to: start)
                try skip()
            }
        }
        return extra
    }

    @_lifetime(self: copy self)
    private mutating func readBareExtra(
        ofBlock block: Int
    ) throws(MessagePackError) -> EncodedExtra? {
        let start = position
        switch try readValue() {
        case .string(let range): return EncodedExtra(block: block, kind: .text, range: range)
        case .binary(let range): return EncodedExtra(block: block, kind: .bytes, range: range)
        default:
            rewind(to: start)
            try skip()
            return nil
        }
    }
}
