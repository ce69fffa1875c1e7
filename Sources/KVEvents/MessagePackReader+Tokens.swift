import Domain

extension MessagePackReader {
    /// Passes over tokens, and notes where they lie.
    @_lifetime(self: copy self)
    mutating func readTokens() throws(MessagePackError) -> EncodedTokens {
        guard let elementCount = try readArrayCount() else { return EncodedTokens() }
        let start = position
        var count = 0
        while count < elementCount, try readToken() != nil { count += 1 }
        let end = position
        for _ in count..<elementCount { try skip() }
        return EncodedTokens(count: count, of: elementCount, in: start..<end)
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
}
