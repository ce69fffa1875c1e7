/// The next elements of an array of tokens, eight bytes at a time. Most of a feed's bytes are
/// tokens, each a small number or the head 0xCC, 0xCD or 0xCE with 1, 2 or 4 bytes behind it.
enum TokenRun {
    /// Bytes of eight tokens with the head 0xCD, as most of a text's are.
    static let wideByteCount = 24

    /// Bytes of two tokens at most.
    static let pairByteCountMax = 10

    /// Whether eight tokens with the head 0xCD begin at `position`.
    static func isWide(_ bytes: Span<UInt8>, at position: Int) -> Bool {
        // Heads lie at bytes 0, 3, 6 | 9, 12, 15 | 18, 21.
        let first = bytes.word(at: position) ^ 0x00CD_0000_CD00_00CD
        let second = bytes.word(at: position + 8) ^ 0xCD00_00CD_0000_CD00
        let third = bytes.word(at: position + 16) ^ 0x0000_CD00_00CD_0000
        return (first & 0x00FF_0000_FF00_00FF) | (second & 0xFF00_00FF_0000_FF00)
            | (third & 0x0000_FF00_00FF_0000) == 0
    }

    /// The size of the token whose head is the lowest byte of `word`. 0 if none has that head.
    static func size(_ word: UInt64) -> Int {
        let width = word & 0xFF &- 0xCC  // 0, 1, 2, or at least 0xB4 if it wraps
        if width < 3 { return 1 &+ 1 &<< Int(truncatingIfNeeded: width) }
        return word & 0x80 == 0 ? 1 : 0
    }

    /// The token of `size` bytes that `word` begins with.
    static func token(_ word: UInt64, size: Int) -> UInt32 {
        if size == 1 { return UInt32(truncatingIfNeeded: word & 0xFF) }
        let behindHead = (word >> 8).byteSwapped >> 8
        return UInt32(truncatingIfNeeded: behindHead >> UInt64(8 * (8 - size)))
    }
}
