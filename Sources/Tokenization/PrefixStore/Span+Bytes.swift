import Glibc

extension Span<UInt8> {
    /// Whether the bytes in `range` equal those of `other` from `index` on, where as many are.
    func equals(_ range: Range<Int>, of other: Span<UInt8>, at index: Int) -> Bool {
        let mine = extracting(range)
        let others = other.extracting(index..<index + range.count)
        return unsafe mine.withUnsafeBufferPointer { mine in
            unsafe others.withUnsafeBufferPointer { others in
                guard let first = mine.baseAddress, let second = others.baseAddress else {
                    return true
                }
                return unsafe memcmp(first, second, mine.count) == 0
            }
        }
    }

    /// A hash of the bytes in `range`, 8 at a time. Keyed, so that nobody outside can choose two
    /// texts that meet; whoever finds a hash compares bytes.
    func hash(of range: Range<Int>, key: UInt64) -> UInt64 {
        let bytes = unsafe extracting(range).bytes
        var hash = key ^ UInt64(bytes.byteCount)
        var offset = 0
        while bytes.byteCount - offset >= 8 {
            // In bounds: 8 bytes are left.
            let word = unsafe bytes.unsafeLoadUnaligned(
                fromUncheckedByteOffset: offset,
                as: UInt64.self
            )
            hash = Self.mixed(hash ^ word, key)
            offset += 8
        }
        var last: UInt64 = 0
        while offset < bytes.byteCount {
            last = last << 8 | UInt64(self[range.lowerBound + offset])
            offset += 1
        }
        return Self.mixed(hash ^ last, key)
    }

    @inline(__always)
    private static func mixed(_ value: UInt64, _ key: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93 ^ (key & ~1))
        return (product.high ^ product.low) &+ key
    }
}
