import Domain

/// Turns pieces of text, normalized and split, into tokens.
enum TokenModel: Sendable {
    case byteLevelBPE(BPEModel)
    case characterBPE(CharacterBPE)
    case unigram(UnigramModel)
    case wordPiece(WordPieceModel)
    case wordLevel(WordLevelModel)

    /// Appends the tokens of one piece.
    func encode(_ piece: Span<UInt8>, scratch: inout EncodeScratch, to tokens: inout [TokenID]) {
        guard !piece.isEmpty else { return }
        switch self {
        case .byteLevelBPE(let model):
            model.encodeWord(piece, from: 0, to: piece.count, scratch: &scratch, to: &tokens)
        case .characterBPE(let model): model.encode(piece, scratch: &scratch, to: &tokens)
        case .unigram(let model): model.encode(piece, scratch: &scratch, to: &tokens)
        case .wordPiece(let model): model.encode(piece, to: &tokens)
        case .wordLevel(let model): model.encode(piece, to: &tokens)
        }
    }
}
