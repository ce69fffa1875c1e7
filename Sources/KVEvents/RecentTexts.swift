/// Names that events said lately, so that a name that comes again and again is built once.
struct RecentTexts: Sendable {
    static let bytesMax = 4096
    private var texts = [String](repeating: "", count: 32)

    /// The text, or nil if the bytes are not UTF-8, which engines that write text never send:
    /// repairing them could make one name of two.
    mutating func text(_ bytes: Span<UInt8>) -> String? {
        if bytes.isEmpty { return "" }
        let place = (bytes.count &+ 7 &* Int(bytes[0]) &+ Int(bytes[bytes.count - 1])) % texts.count
        if texts[place].utf8.span.isEqual(to: bytes) { return texts[place] }
        guard let valid = try? UTF8Span(validating: bytes) else { return nil }
        texts[place] = String(copying: valid)
        return texts[place]
    }
}
