/// What Python's `str.strip`, and so Jinja's `trim`, takes away.
///
/// The whitespace of patterns, and four separators, U+001C to U+001F, that patterns leave.
enum PythonWhitespace {
    static func trimmed(_ text: [UInt8]) -> ArraySlice<UInt8> {
        let classes = UnicodeClasses.unicode16
        let span = text.span
        var start = 0
        while start < span.count {
            let scalar = classes.scalar(in: span, at: start)
            guard isWhitespace(scalar, byte: span[start]) else { break }
            start += scalar.byteCount
        }
        var end = span.count
        while end > start {
            let scalar = classes.scalar(in: span, before: end)
            guard isWhitespace(scalar, byte: span[end - 1]) else { break }
            end -= scalar.byteCount
        }
        return text[start..<end]
    }

    private static func isWhitespace(_ scalar: UnicodeClasses.Scalar, byte: UInt8) -> Bool {
        scalar.classes.contains(.whitespace) || (0x1C...0x1F).contains(byte)
    }
}
