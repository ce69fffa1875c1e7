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
        var hash = mixed(UInt64(count) ^ 0x9E37_79B9_7F4A_7C15)
        var offset = 0
        while offset < count {
            hash = mixed(hash ^ text.eightBytes(at: start + min(offset, count - 8)))
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
