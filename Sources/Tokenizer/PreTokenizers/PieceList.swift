/// A text in pieces: bytes, and which ranges of them are pieces. What lies between pieces is
/// dropped.
struct PieceList: Equatable, Sendable {
    var bytes: [UInt8]
    /// In order, without overlaps; none is empty.
    var pieces: [Range<Int>]
    /// Whether the first piece starts where the whole text that is tokenized starts, added
    /// tokens included. `Metaspace` with the scheme "first" asks for it.
    var startsText: Bool

    /// One piece, unless the text is empty.
    init(_ text: [UInt8], startsText: Bool) {
        bytes = text
        pieces = text.isEmpty ? [] : [0..<text.count]
        self.startsText = startsText
    }

    /// Splits every piece. `split` gets a piece's text, and hands over ranges of it, in order.
    mutating func splitEach(_ split: (Span<UInt8>, (Range<Int>) -> Void) -> Void) {
        var result: [Range<Int>] = []
        result.reserveCapacity(pieces.count)
        for piece in pieces {
            split(bytes.span.extracting(piece)) { part in
                guard !part.isEmpty else { return }
                result.append(
                    piece.lowerBound + part.lowerBound..<piece.lowerBound + part.upperBound
                )
            }
        }
        if result.first?.lowerBound != pieces.first?.lowerBound { startsText = false }
        pieces = result
    }

    /// Writes every piece anew. `rewrite` gets a piece's text, whether it starts the text, and
    /// appends what becomes of it.
    mutating func rewriteEach(_ rewrite: (Span<UInt8>, Bool, inout [UInt8]) -> Void) {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + pieces.count)
        for (index, piece) in pieces.enumerated() {
            let start = output.count
            rewrite(bytes.span.extracting(piece), startsText && index == 0, &output)
            pieces[index] = start..<output.count
        }
        bytes = output
    }
}
