/// SentencePiece's compiled normalization rules: a trie of what to replace, and the replacements.
///
/// As HF tokenizers applies them: a grapheme of less than six bytes is looked up whole, and each
/// scalar of any other. What is found is the *shortest* rule that the looked up text begins
/// with, and it replaces all of that text.
///
/// Format: the trie's size in bytes as a little-endian 32-bit number, the trie (a double array
/// of darts-clone units), then replacements, each ended by a zero byte.
struct PrecompiledCharacterMap: Sendable {
    private static let wholeGraphemeBytes = 6

    private let units: [UInt32]
    private let replacements: [UInt8]

    init(_ bytes: [UInt8]) throws(TokenizerError) {
        func word(at index: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[index + $1]) << UInt32($1 * 8) }
        }
        guard bytes.count >= 4 else { throw Self.malformed("it has no size") }
        let end = 4 + Int(word(at: 0))
        guard end <= bytes.count, end % 4 == 0, end > 4 else {
            throw Self.malformed("its trie is cut off")
        }
        units = stride(from: 4, to: end, by: 4).map(word)
        replacements = Array(bytes[end...])
    }

    private static func malformed(_ reason: String) -> TokenizerError {
        .malformed(part: "normalizer Precompiled", reason: reason)
    }

    func normalize(_ text: Span<UInt8>, to output: inout [UInt8]) {
        var breaker = GraphemeBreaker()
        var start = 0
        while start < text.count {
            let end = breaker.end(in: text, from: start)
            if end - start < Self.wholeGraphemeBytes,
                let replacement = replacement(of: text, in: start..<end)
            {
                output += replacements[replacement]
            } else {
                replaceScalars(of: text, in: start..<end, to: &output)
            }
            start = end
        }
    }

    private func replaceScalars(
        of text: Span<UInt8>,
        in range: Range<Int>,
        to output: inout [UInt8]
    ) {
        var index = range.lowerBound
        while index < range.upperBound {
            let next = index + text.utf8Scalar(at: index).byteCount
            if let replacement = replacement(of: text, in: index..<next) {
                output += replacements[replacement]
            } else {
                output.append(text, in: index..<next)
            }
            index = next
        }
    }

    /// Where the replacement of a text is. A trie that leads outside of itself finds nothing.
    private func replacement(of text: Span<UInt8>, in range: Range<Int>) -> Range<Int>? {
        var position = Int(Self.offset(units[0]))
        for index in range {
            let byte = text[index]
            guard byte != 0 else { return nil }
            position ^= Int(byte)
            guard position < units.count else { return nil }
            let unit = units[position]
            guard unit & 0x8000_00FF == UInt32(byte) else { return nil }
            position ^= Int(Self.offset(unit))
            guard position < units.count else { return nil }
            if unit & 0x100 != 0 { return replacement(at: Int(units[position] & 0x7FFF_FFFF)) }
        }
        return nil
    }

    private func replacement(at start: Int) -> Range<Int>? {
        guard start <= replacements.count else { return nil }
        var end = start
        while end < replacements.count, replacements[end] != 0 { end += 1 }
        return start..<end
    }

    private static func offset(_ unit: UInt32) -> UInt32 { (unit >> 10) << ((unit & 0x200) >> 6) }
}
