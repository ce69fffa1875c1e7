import Domain

extension MessagePackReader {
    /// Passes over tokens, and notes where they lie.
    @_lifetime(self: copy self)
    mutating func readTokens() throws(MessagePackError) -> EncodedTokens {
        guard let elementCount = try readArrayCount() else { return EncodedTokens() }
        let start = position
        var count = 0
        while count < elementCount {
            count += passTokens(atMost: elementCount - count)
            if count < elementCount {
                guard try readToken() != nil else { break }
                count += 1
            }
        }
        let end = position
        for _ in count..<elementCount { try skip() }
        return EncodedTokens(count: count, of: elementCount, in: start..<end)
    }

    /// Passes over tokens as long as they are of the common widths, and far from the end.
    @_lifetime(self: copy self)
    private mutating func passTokens(atMost countMax: Int) -> Int {
        var next = position
        var count = 0
        while count + 8 <= countMax, next + TokenRun.lookahead <= end {
            if TokenRun.isWide(bytes, at: next) {
                next += TokenRun.wideByteCount
                count += 8
                continue
            }
            // The next look at eight would likely fail, too: pass over eight, two for each load.
            for _ in 0..<4 {
                let word = bytes.word(at: next)
                let first = TokenRun.size(word)
                let rest = word &>> UInt64(truncatingIfNeeded: 8 &* first)
                guard TokenRun.oddness(word) | TokenRun.oddness(rest) == 0 else {
                    advance(to: next)
                    return count
                }
                next &+= first &+ TokenRun.size(rest)
                count += 2
            }
        }
        advance(to: next)
        return count
    }

    /// Reads tokens as long as they are of the common widths, and far from the end.
    ///
    /// - Returns: How many were written into `room`, from `start` on.
    @_lifetime(self: copy self)
    mutating func readTokens(into room: inout MutableSpan<TokenID>, from start: Int) -> Int {
        var next = position
        var place = start
        while place + 8 <= room.count, next + TokenRun.lookahead <= end {
            if TokenRun.isWide(bytes, at: next) {
                for offset in 0..<8 {
                    // Safe: the loop's condition leaves room for eight tokens and their bytes.
                    let token = unsafe bytes.uncheckedHalf(at: next + 3 * offset + 1)
                    unsafe room[unchecked: place + offset] = TokenID(rawValue: UInt32(token))
                }
                next += TokenRun.wideByteCount
                place += 8
                continue
            }
            for _ in 0..<8 {
                let word = bytes.word(at: next)
                let size = TokenRun.size(word)
                guard TokenRun.oddness(word) == 0 else {
                    advance(to: next)
                    return place - start
                }
                room[place] = TokenID(rawValue: TokenRun.token(word, size: size))
                next += size
                place += 1
            }
        }
        advance(to: next)
        return place - start
    }

    /// Reads a token, or leaves the value where it is if it is none.
    @_lifetime(self: copy self)
    mutating func readToken() throws(MessagePackError) -> TokenID? {
        let start = position
        switch try readByte() {
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
