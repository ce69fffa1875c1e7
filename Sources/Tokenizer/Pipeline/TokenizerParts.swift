/// What a `PipelineTokenizer` is made of, whichever file it came from.
struct TokenizerParts {
    var normalizer: Normalizer?
    var pieces: PieceSplitter
    var model: TokenModel
    /// Searched in the text as it stands.
    var rawTokens: [AddedToken] = []
    /// Searched in normalized text.
    var normalizedTokens: [AddedToken] = []
    /// Every added token, also those that no text leads to.
    var idOfAddedToken: [[UInt8]: UInt32] = [:]
    var template = PostProcessor()

    mutating func use(_ vocabulary: AddedVocabulary) {
        rawTokens = vocabulary.entries(normalized: false)
        normalizedTokens = vocabulary.entries(normalized: true)
        idOfAddedToken = vocabulary.idOfContent
    }
}

extension TokenizerParts {
    /// A tokenizer as its `tokenizer.json` says.
    init(_ file: TokenizerFile) throws(TokenizerError) {
        let chain = try PreTokenizerChain(file.preTokenizer)
        var normalizer: Normalizer?
        if let value = file.normalizer { normalizer = try Normalizer(value) }
        let model = try LoadedModel(
            try ModelFields(file.model),
            isByteLevel: chain.spellsBytes || file.normalizerSpellsBytes
        )
        self.init(
            normalizer: normalizer,
            pieces: try chain.splitter(for: model, isSpelled: file.normalizerSpellsBytes),
            model: model.model
        )
        var vocabulary = AddedVocabulary(model)
        vocabulary.add(try file.addedTokens())
        use(vocabulary)
        template = try PostProcessor(file.postProcessor)
    }
}
