extension Span<UInt8> {
    package func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    func isEqual(to name: StaticString) -> Bool {
        guard count == name.utf8CodeUnitCount else { return false }
        // Safe: a static string never goes away, and has as many bytes as this span.
        let other = unsafe UnsafeBufferPointer(start: name.utf8Start, count: count).span
        guard count >= 8 else { return isEqual(to: other) }
        for start in stride(from: 0, to: count - 8, by: 8)
        where word(at: start) != other.word(at: start) {
            return false
        }
        return word(at: count - 8) == other.word(at: count - 8)
    }

    /// Whether this is `name`, which is in capitals, but for the case of ASCII letters.
    func isEqualIgnoringCase(to name: StaticString) -> Bool {
        guard count == name.utf8CodeUnitCount else { return false }
        // Safe: a static string never goes away, and has as many bytes as this span.
        let other = unsafe UnsafeBufferPointer(start: name.utf8Start, count: count)
        for index in indices {
            let byte = self[index]
            let isSmall = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
            if unsafe (isSmall ? byte - 32 : byte) != other[index] { return false }
        }
        return true
    }

    /// The eight bytes from `position` on, the first the lowest.
    func word(at position: Int) -> UInt64 {
        // Safe: the load checks its bounds, and any bits are a number.
        unsafe UInt64(
            littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
        )
    }

    /// The two bytes from `position` on, the first the highest. They must lie in this span.
    @unsafe func uncheckedHalf(at position: Int) -> UInt16 {
        unsafe UInt16(
            bigEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt16.self)
        )
    }
}
