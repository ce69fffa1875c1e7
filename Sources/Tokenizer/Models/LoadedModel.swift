import JSON

/// A model as it is read from a file, with what only loading needs of it.
struct LoadedModel {
    let model: TokenModel
    let names: TokenNames
    /// Where added tokens are numbered from.
    let tokenCount: Int

    /// - Parameters:
    ///   - isByteLevel: whether pieces come as bytes, to be spelled as characters in names.
    ///   - settings: of a BPE model, if not those of the file.
    init(
        _ fields: ModelFields,
        isByteLevel: Bool,
        settings: BPESettings? = nil
    ) throws(TokenizerError) {
        switch fields.kind {
        case .bpe:
            let own = try BPESettings(fields.value)
            let settings = settings ?? own
            (model, names) = try Self.readBPE(fields, isByteLevel: isByteLevel, settings: settings)
            tokenCount = names.count
        case .unigram:
            let unigram = try UnigramModel.read(fields.value)
            (model, names) = (.unigram(unigram.model), unigram.names)
            tokenCount = unigram.tokenCount
        case .wordPiece:
            names = try fields.names(spelling: .plain)
            model = .wordPiece(try WordPieceModel(fields.value, names: names))
            tokenCount = names.count
        case .wordLevel:
            names = try fields.names(spelling: .plain)
            model = .wordLevel(try WordLevelModel(fields.value, names: names))
            tokenCount = names.count
        }
    }

    /// For a model of another file format.
    init(model: TokenModel, names: TokenNames) {
        (self.model, self.names, tokenCount) = (model, names, names.count)
    }

    /// Bytes are merged as bytes if each of them has a token and words have no affixes; the rest
    /// of byte-level models merge the characters of their spelling.
    private static func readBPE(
        _ fields: ModelFields,
        isByteLevel: Bool,
        settings: BPESettings
    ) throws(TokenizerError) -> (TokenModel, TokenNames) {
        if isByteLevel, !settings.hasAffixes {
            let names = try fields.names(spelling: .byteLevel)
            if names.hasEveryByteOfText, let merges = fields.merges {
                let model = try BPEModel(
                    vocabulary: names.vocabulary,
                    merges: merges,
                    ignoresMerges: settings.ignoresMerges
                )
                return (.byteLevelBPE(model), names)
            }
        }
        let names = try fields.names(spelling: .plain)
        let model = try CharacterBPE(fields.value, names: names, settings: settings)
        return (.characterBPE(model), names)
    }
}
