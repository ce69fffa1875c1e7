/// How normalized text becomes pieces for the model.
enum PieceSplitter: Sendable {
    /// One piece.
    case whole
    /// The words of a fused scanner, for a model of bytes.
    case words(WordSplitter)
    /// Steps of HF's pre-tokenizers, one after another.
    case stages([PieceStage])
}

/// One step between text and pieces.
enum PieceStage: Sendable {
    case step(PreTokenizerStep)
    /// Writes each byte as the character that stands for it in byte-level models.
    case spellBytes
    /// The opposite of `spellBytes`. Characters that stand for no byte are left out, as an
    /// unknown character without a token is.
    case readBytes

    func apply(to list: inout PieceList) {
        switch self {
        case .step(let step): step.apply(to: &list)
        case .spellBytes:
            list.mapBytes { bytes, text in
                for index in bytes.indices { text += ByteLevel.character(of: bytes[index]) }
            }
        case .readBytes: list.mapBytes { $1 += ByteLevel.bytes(of: $0) ?? [] }
        }
    }
}

extension PieceList {
    /// Replaces the bytes of every piece.
    fileprivate mutating func mapBytes(_ map: (Span<UInt8>, inout [UInt8]) -> Void) {
        var mapped: [UInt8] = []
        mapped.reserveCapacity(bytes.count * 2)
        for index in pieces.indices {
            let start = mapped.count
            map(bytes.span.extracting(pieces[index]), &mapped)
            pieces[index] = start..<mapped.count
        }
        bytes = mapped
    }
}
