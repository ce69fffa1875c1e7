extension Span<UInt8> {
    package func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    /// - Parameter ignoringCase: Whether ASCII letters match in either case. `word` is then in
    ///   capitals.
    func isEqual(to word: StaticString, ignoringCase: Bool = false) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        // Safe: a static string never goes away, and has as many bytes as this span.
        let other = unsafe UnsafeBufferPointer(start: word.utf8Start, count: count)
        for index in indices {
            let byte = self[index]
            let isSmall = ignoringCase && byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
            if unsafe (isSmall ? byte - 32 : byte) != other[index] { return false }
        }
        return true
    }
}
