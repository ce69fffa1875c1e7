/// Splits text into words, between which nothing merges.
protocol WordScanner: Sendable {
    /// Where the word that starts at `start`, which is inside `text`, ends.
    /// Always beyond `start`, whatever the bytes are.
    func wordEnd(in text: Span<UInt8>, from start: Int) -> Int
}

/// Bytes that the patterns name.
enum PatternByte {
    static let newline: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let apostrophe: UInt8 = 0x27
    static let slash: UInt8 = 0x2F

    /// `[\r\n]`
    @inline(__always)
    static func isNewline(_ byte: UInt8) -> Bool { byte == newline || byte == carriageReturn }
}
