/// Runs of ASCII letters, most of any text, eight bytes at a time.
enum LetterRun {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits = ones &* 0x80

    /// How many ASCII letters `bytes` begins with, the first byte in the lowest bits.
    @inline(__always)
    static func asciiCount(_ bytes: UInt64) -> Int {
        let lower = inRange((bytes | ones &* 0x20) & ~highBits, 0x61, 0x7A)
        return (~(lower & ~bytes) & highBits).trailingZeroBitCount >> 3
    }

    /// How many of `a` to `z` the bytes begin with.
    @inline(__always)
    static func lowercaseCount(_ bytes: UInt64) -> Int {
        let lower = inRange(bytes & ~highBits, 0x61, 0x7A)
        return (~(lower & ~bytes) & highBits).trailingZeroBitCount >> 3
    }

    /// Sets the high bit of every byte in `first...last`. No byte may have its high bit set, so
    /// that no sum carries into the next: a sum's high bit says that a byte is at least `first`,
    /// or beyond `last`.
    @inline(__always)
    private static func inRange(_ bytes: UInt64, _ first: UInt64, _ last: UInt64) -> UInt64 {
        (bytes &+ ones &* (0x80 - first)) & ~(bytes &+ ones &* (0x7F - last)) & highBits
    }

    /// A set of ASCII characters, by the bits of two numbers.
    struct ASCIISet: Sendable {
        fileprivate let low: UInt64
        fileprivate let high: UInt64

        static let space = ASCIISet(low: 1 << 32, high: 0)
        /// `[^\r\n\p{L}\p{N}]` but for the apostrophe, which may begin a contraction.
        static let wordPrefix = ASCIISet(low: 0xFC00_FF7F_FFFF_DBFF, high: 0xF800_0001_F800_0001)

        /// The same with the apostrophe, for patterns without contractions.
        static let anyPrefix = ASCIISet(low: 0xFC00_FFFF_FFFF_DBFF, high: 0xF800_0001_F800_0001)

        /// 1 if the set has `byte`, or else 0.
        @inline(__always)
        fileprivate func count(of byte: UInt8) -> Int {
            let bits = byte < 64 ? low : high
            return Int(bits &>> UInt64(byte) & 1) & (byte < 0x80 ? 1 : 0)
        }
    }

    /// Where the word at `start` ends if it is ASCII letters, perhaps after one of `prefixes`,
    /// and ASCII follows: that is a word to patterns that do not ask for case. Nil if it is
    /// anything else, or near the end of the text.
    ///
    /// Both forms take the same branches.
    @inline(__always)
    static func plainWordEnd(
        in text: Span<UInt8>,
        from start: Int,
        prefixes: ASCIISet
    ) -> Int? {
        guard text.count - start > 9 else { return nil }
        // In bounds: nine bytes follow `start`.
        var index = unsafe start + prefixes.count(of: text[unchecked: start])
        var count = unsafe asciiCount(text.eightBytes(uncheckedAt: index))
        guard count > 0 else { return nil }
        while true {
            index += count
            guard index < text.count else { return index }
            if count < 8 { return unsafe text[unchecked: index] < 0x80 ? index : nil }
            guard text.count - index >= 8 else { return nil }
            count = asciiCount(text.eightBytes(at: index))
        }
    }

    /// The same for patterns that split where lower case turns upper: ASCII letters of which
    /// only the first may be upper case, with no apostrophe after them.
    @inline(__always)
    static func plainCasedWordEnd(in text: Span<UInt8>, from start: Int) -> Int? {
        guard text.count - start > 10 else { return nil }
        // In bounds: ten bytes follow `start`.
        let letters = unsafe start + ASCIISet.wordPrefix.count(of: text[unchecked: start])
        let isUpper = unsafe text[unchecked: letters] &- UInt8(ascii: "A") < 26
        var index = letters + (isUpper ? 1 : 0)
        var count = unsafe lowercaseCount(text.eightBytes(uncheckedAt: index))
        guard count > 0 else { return nil }
        while true {
            index += count
            guard index < text.count else { return index }
            if count < 8 {
                let next = text[index]
                return next < 0x80 && next != PatternByte.apostrophe ? index : nil
            }
            guard text.count - index >= 8 else { return nil }
            count = lowercaseCount(text.eightBytes(at: index))
        }
    }
}

extension Span<UInt8> {
    /// Eight bytes, the first in the lowest bits.
    @inline(__always)
    func eightBytes(at index: Int) -> UInt64 {
        precondition(index >= 0 && index <= count - 8)
        return unsafe eightBytes(uncheckedAt: index)  // in bounds by the precondition
    }

    /// The same where the caller has checked that eight bytes follow `index`: every word of a
    /// text is read this way.
    @inline(__always)
    @unsafe func eightBytes(uncheckedAt index: Int) -> UInt64 {
        let bytes = unsafe self.bytes
        return UInt64(
            littleEndian: unsafe bytes.unsafeLoadUnaligned(
                fromUncheckedByteOffset: index,
                as: UInt64.self
            )
        )
    }

    /// Four bytes in the same way.
    @inline(__always)
    @unsafe func fourBytes(uncheckedAt index: Int) -> UInt32 {
        let bytes = unsafe self.bytes
        return UInt32(
            littleEndian: unsafe bytes.unsafeLoadUnaligned(
                fromUncheckedByteOffset: index,
                as: UInt32.self
            )
        )
    }
}
