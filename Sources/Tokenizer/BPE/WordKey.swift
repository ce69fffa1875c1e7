/// A word of up to 15 bytes as two machine words: compared and hashed without a loop.
///
/// Invariant: bytes beyond the word are zero and the last byte is the count, so two keys are
/// equal exactly if their words are. In memory a key begins with the bytes of its word.
struct WordKey: Equatable, BitwiseCopyable {
    static let byteCountMax = 15

    let low: UInt64
    let high: UInt64

    /// Equals the key of no word, and marks what is free: its count would be 0.
    static let none = WordKey(low: 0, high: 0)
    /// Equals the key of no word, and is never stored: its count would be 255.
    static let long = WordKey(low: 0, high: .max)

    private init(low: UInt64, high: UInt64) { (self.low, self.high) = (low, high) }

    var byteCount: Int { Int(high >> 56) }

    /// - Precondition: `count` is 1 to `byteCountMax`, and the word lies inside `text`.
    @inline(__always)
    init(of text: Span<UInt8>, from start: Int, count: Int) {
        guard text.count - start >= 16 else {
            self.init(nearEndOf: text, from: start, count: count)
            return
        }
        // A shift by all 64 bits gives 0, and so a mask of every bit.
        let lowMask = (1 as UInt64) << UInt64(count * 8) &- 1
        let highMask = (1 as UInt64) << UInt64(max(count * 8 - 64, 0)) &- 1
        // In bounds: 16 bytes follow `start`.
        self.init(
            low: unsafe text.eightBytes(uncheckedAt: start) & lowMask,
            high: unsafe text.eightBytes(uncheckedAt: start + 8) & highMask | UInt64(count) << 56
        )
    }

    /// The same without reading past the end of the text.
    private init(nearEndOf text: Span<UInt8>, from start: Int, count: Int) {
        var low: UInt64 = 0
        var high = UInt64(count) << 56
        for offset in 0..<count {
            let byte = UInt64(text[start + offset])
            if offset < 8 { low |= byte << UInt64(offset * 8) }
            if offset >= 8 { high |= byte << UInt64(offset * 8 - 64) }
        }
        self.init(low: low, high: high)
    }

    @inline(__always)
    var hash: UInt64 {
        WordHash.mixed(low ^ WordHash.mixed(high ^ 0x9E37_79B9_7F4A_7C15))
    }
}
