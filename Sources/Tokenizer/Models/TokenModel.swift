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
        switch self {
        case .byteLevelBPE(let model):
            model.encode(piece, splitBy: WholeText(), scratch: &scratch, to: &tokens)
        case .characterBPE(let model): model.encode(piece, scratch: &scratch, to: &tokens)
        case .unigram(let model): model.encode(piece, scratch: &scratch, to: &tokens)
        case .wordPiece(let model): model.encode(piece, to: &tokens)
        case .wordLevel(let model): model.encode(piece, to: &tokens)
        }
    }
}

/// Takes the whole text for one word.
private struct WholeText: WordScanner {
    func wordEnd(in text: Span<UInt8>, from start: Int) -> Int { text.count }
}
