/// Finding a part of a text, in time linear in both.
extension PythonText {
    /// The position of the first `pattern` in `text`.
    static func firstIndex(of pattern: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
        guard let first = pattern.first else { return text.startIndex }
        guard pattern.count <= text.count else { return nil }
        if pattern.count == 1 { return text.firstIndex(of: first) }
        if pattern.count > shortCountMax { return longIndex(of: pattern, in: text) }
        let last = text.endIndex - pattern.count
        var index = text.startIndex
        while index <= last {
            if text[index] == first, matches(pattern, text, at: index) { return index }
            index += 1
        }
        return nil
    }

    /// The position of the last `pattern` in `text`.
    static func lastIndex(of pattern: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
        guard pattern.count <= text.count else { return nil }
        if pattern.count > shortCountMax {
            let reversed = Array(text.reversed())
            return longIndex(of: pattern.reversed(), in: reversed[...])
                .map { text.endIndex - $0 - pattern.count }
        }
        var index = text.endIndex - pattern.count
        while index >= text.startIndex {
            if matches(pattern, text, at: index) { return index }
            index -= 1
        }
        return nil
    }

    /// Up to here, comparing at every position is quick enough.
    private static let shortCountMax = 16

    private static func matches(
        _ pattern: [UInt8],
        _ text: ArraySlice<UInt8>,
        at index: Int
    ) -> Bool {
        for offset in pattern.indices where text[index + offset] != pattern[offset] {
            return false
        }
        return true
    }

    /// Knuth, Morris and Pratt's search: never looks at a byte of the text twice.
    private static func longIndex(of pattern: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
        // How much of the pattern still matches when the byte after so much of it does not.
        var fallback = [0]
        fallback.reserveCapacity(pattern.count)
        var matched = 0
        for byte in pattern.dropFirst() {
            while matched > 0, pattern[matched] != byte { matched = fallback[matched - 1] }
            if pattern[matched] == byte { matched += 1 }
            fallback.append(matched)
        }
        matched = 0
        for index in text.indices {
            while matched > 0, pattern[matched] != text[index] { matched = fallback[matched - 1] }
            if pattern[matched] == text[index] { matched += 1 }
            if matched == pattern.count { return index + 1 - pattern.count }
        }
        return nil
    }
}
