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
            list.rewriteEach { bytes, _, text in
                for index in bytes.indices { text += ByteLevel.character(of: bytes[index]) }
            }
        case .readBytes:
            list.rewriteEach { text, _, bytes in bytes += ByteLevel.bytes(of: text) ?? [] }
        }
    }
}
