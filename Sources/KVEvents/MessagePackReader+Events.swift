import Domain

// The values that event fields have. Nil on the wire is nil here.
extension MessagePackReader {
    @_lifetime(self: copy self)
    mutating func readInteger() throws(MessagePackError) -> Int? {
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

    @_lifetime(self: copy self)
    mutating func readText() throws(MessagePackError) -> String? {
        let start = position
        switch try readValue() {
        case .nil: return nil
        case .string(let range): return String(decoding: range.map { bytes[$0] }, as: UTF8.self)
        default: throw .unexpectedType(at: start)
        }
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

    /// Reads a map's key. One that is not a string names no field.
    @_lifetime(self: copy self)
    mutating func readFieldName() throws(MessagePackError) -> EventField {
        let start = position
        if case .string(let range) = try readValue() { return EventField.named(slice(range)) }
        rewind(to: start)
        try skip()
        return .ignored
    }

    /// Reads a token, or leaves the value where it is if it is none.
    @_lifetime(self: copy self)
    mutating func readToken() throws(MessagePackError) -> TokenID? {
        let start = position
        switch try readByte() {  // most of a batch is tokens, in one of these three widths
        case let id where id < 0x80: return TokenID(rawValue: UInt32(id))
        case 0xCD: return TokenID(rawValue: UInt32(truncatingIfNeeded: try readNumber(2)))
        case 0xCE: return TokenID(rawValue: UInt32(truncatingIfNeeded: try readNumber(4)))
        default: rewind(to: start)
        }
        if case .unsigned(let number) = try readValue(), let id = UInt32(exactly: number) {
            return TokenID(rawValue: id)
        }
        rewind(to: start)
        return nil
    }

    @_lifetime(self: copy self)
    mutating func readHashes() throws(MessagePackError) -> [EngineBlockHash] {
        let start = position
        guard let count = try readArrayCount() else { throw .unexpectedType(at: start) }
        var hashes: [EngineBlockHash] = []
        hashes.reserveCapacity(count)
        for _ in 0..<count {
            let start = position
            guard let hash = try readHash() else { throw .unexpectedType(at: start) }
            hashes.append(hash)
        }
        return hashes
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

    /// Reads an extra key: a string or bytes, or an array that begins with one. Nil for others.
    @_lifetime(self: copy self)
    mutating func readIdentifier() throws(MessagePackError) -> [UInt8]? {
        let start = position
        guard case .array(let count) = try readValue() else {
            rewind(to: start)
            return try readBytes()
        }
        guard count > 0 else { return nil }
        let identifier = try readBytes()
        for _ in 1..<count { try skip() }
        return identifier
    }

    @_lifetime(self: copy self)
    private mutating func readBytes() throws(MessagePackError) -> [UInt8]? {
        let start = position
        switch try readValue() {
        case .string(let range), .binary(let range): return range.map { bytes[$0] }
        default:
            rewind(to: start)
            try skip()
            return nil
        }
    }
}
