/// A file of tiktoken: one token and its rank on each line, `BASE64 RANK`.
///
/// The file says neither how words are split nor which tokens are special: `TiktokenFamily` does.
struct TiktokenFile {
    private(set) var ranked = RankedVocabulary(firstID: 0)

    init(_ bytes: [UInt8]) throws(TokenizerError) {
        let span = bytes.span
        var start = 0
        var number = 1
        while start < span.count {
            var end = start
            while end < span.count, span[end] != UInt8(ascii: "\n") { end += 1 }
            guard let line = Line(span.extracting(start..<end)) else {
                throw .malformed(
                    part: "tiktoken file",
                    reason: "line \(number) is not a token in base64 and its rank"
                )
            }
            if let token = line.token { try ranked.store(token, rank: line.rank) }
            start = end + 1
            number += 1
        }
    }

    /// Whether a file is of this format rather than SentencePiece's, which has the same names.
    static func begins(_ bytes: [UInt8]) -> Bool {
        let line = bytes.prefix(4096).prefix { $0 != UInt8(ascii: "\n") }
        return line.count < 4096 && !line.isEmpty && Line(Array(line).span)?.token != nil
    }

    private struct Line {
        /// Nil if the line is empty.
        var token: [UInt8]?
        var rank = 0

        init?(_ text: Span<UInt8>) {
            var end = text.count
            if end > 0, text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
            if end == 0 { return }
            var space = 0
            while space < end, text[space] != UInt8(ascii: " ") { space += 1 }
            guard space > 0, space + 1 < end, end - space <= 11,
                let token = Base64.decode(text.extracting(..<space))
            else { return nil }
            for index in space + 1..<end {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[index]) else {
                    return nil
                }
                rank = rank * 10 + Int(text[index] - UInt8(ascii: "0"))
            }
            self.token = token
        }
    }
}
