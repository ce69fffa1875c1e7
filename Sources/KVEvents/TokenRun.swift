/// The next elements of an array of tokens, eight bytes at a time. Most of a feed's bytes are
/// tokens, each a small number or the head 0xCC, 0xCD or 0xCE with 1, 2 or 4 bytes behind it.
enum TokenRun {
    /// Bytes of eight tokens with the head 0xCD, as most of a text's are.
    static let wideByteCount = 24

    /// Bytes that are looked at to pass over eight tokens of up to five bytes each.
    static let lookahead = 48

    /// Whether eight tokens with the head 0xCD begin at `position`.
    static func isWide(_ bytes: Span<UInt8>, at position: Int) -> Bool {
        // Heads lie at bytes 0, 3, 6 | 9, 12, 15 | 18, 21.
        let first = bytes.word(at: position) ^ 0x00CD_0000_CD00_00CD
        let second = bytes.word(at: position + 8) ^ 0xCD00_00CD_0000_CD00
        let third = bytes.word(at: position + 16) ^ 0x0000_CD00_00CD_0000
        return (first & 0x00FF_0000_FF00_00FF) | (second & 0xFF00_00FF_0000_FF00)
            | (third & 0x0000_FF00_00FF_0000) == 0
    }

    // What follows has no branches: which width comes next cannot be foretold.

    /// The size of the token whose head is the lowest byte of `word`, if it is a token.
    static func size(_ word: UInt64) -> Int {
        let width = word & 0xFF &- 0xCC
        return 1 &+ (width < 3 ? 1 &<< Int(truncatingIfNeeded: width) : 0)
    }

    /// 0 if the lowest byte of `word` is the head of a token of a common width.
    static func oddness(_ word: UInt64) -> UInt64 {
        word & 0x80 & (word & 0xFF &- 0xCC < 3 ? 0 : 0x80)
    }

    /// The token of `size` bytes that `word` begins with.
    static func token(_ word: UInt64, size: Int) -> UInt32 {
        let head = word & (size == 1 ? 0xFF : 0)
        let behindHead = (word &>> 8).byteSwapped &>> 8
        let shift = UInt64(truncatingIfNeeded: 8 &* (8 &- size))
        return UInt32(truncatingIfNeeded: head | behindHead &>> shift)
    }
}
