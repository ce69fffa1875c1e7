/// A word of up to 15 bytes as two machine words: compared and hashed without a loop.
///
/// Invariant: bytes beyond the word are zero and the last byte is the count, so two keys are
/// equal exactly if their words are.
struct WordKey: Equatable, BitwiseCopyable {
    static let byteCountMax = 15

    let low: UInt64
    let high: UInt64

    /// Equals the key of no word: its count would be 255.
    static let none = WordKey(low: 0, high: .max)

    private init(low: UInt64, high: UInt64) { (self.low, self.high) = (low, high) }

    /// - Precondition: `count` is 1 to `byteCountMax`, and the word lies inside `text`.
    @inline(__always)
    init(of text: Span<UInt8>, from start: Int, count: Int) {
        guard text.count - start >= 16 else {
            self.init(nearEndOf: text, from: start, count: count)
            return
        }
        // In bounds by the guard; this runs once for each word.
        let bytes = unsafe text.bytes
        let first = unsafe bytes.unsafeLoadUnaligned(
            fromUncheckedByteOffset: start,
            as: UInt64.self
        )
        let last = unsafe bytes.unsafeLoadUnaligned(
            fromUncheckedByteOffset: start + 8,
            as: UInt64.self
        )
        let length = UInt64(count) << 56
        if count < 8 {
            let mask = (1 as UInt64) << UInt64(count * 8) &- 1
            self.init(low: UInt64(littleEndian: first) & mask, high: length)
        } else {
            let mask = (1 as UInt64) << UInt64(count * 8 - 64) &- 1
            self.init(
                low: UInt64(littleEndian: first),
                high: UInt64(littleEndian: last) & mask | length
            )
        }
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

/// Hashes for the tables of this target. Not keyed: every table either has fixed content or
/// only forgets on a collision.
enum WordHash {
    @inline(__always)
    static func mixed(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }

    /// - Precondition: `count` is at least 8, and the word lies inside `text`.
    static func hash(of text: Span<UInt8>, from start: Int, count: Int) -> UInt64 {
        precondition(start >= 0 && count >= 8 && count <= text.count - start)
        let bytes = unsafe text.bytes
        var hash = mixed(UInt64(count) ^ 0x9E37_79B9_7F4A_7C15)
        var offset = 0
        // In bounds by the precondition; words can be as long as the text.
        while offset < count {
            let at = start + min(offset, count - 8)
            let part = unsafe bytes.unsafeLoadUnaligned(
                fromUncheckedByteOffset: at,
                as: UInt64.self
            )
            hash = mixed(hash ^ UInt64(littleEndian: part))
            offset += 8
        }
        return hash
    }
}

extension Span<UInt8> {
    /// Whether `count` bytes from `start` equal those of `other` from `otherStart`.
    func equals(_ other: Span<UInt8>, from otherStart: Int, start: Int, count: Int) -> Bool {
        for offset in 0..<count where self[start + offset] != other[otherStart + offset] {
            return false
        }
        return true
    }
}
