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
    ///
    /// - Parameters:
    ///   - recipe: what replaces parts of the file.
    ///   - tokens: what is added to the tokens of the file; with a recipe there are no others.
    init(
        _ file: TokenizerFile,
        recipe: TransformersRecipe? = nil,
        tokens: ((inout AddedVocabulary) -> Void)? = nil
    ) throws(TokenizerError) {
        let normalizerValue = recipe == nil ? file.normalizer : recipe?.normalizer
        var normalizer: Normalizer?
        if let normalizerValue { normalizer = try Normalizer(normalizerValue) }
        let isSpelled = normalizerValue?.normalizerSpellsBytes ?? false
        let chain = try PreTokenizerChain(recipe?.preTokenizer ?? file.preTokenizer)
        let fields = try ModelFields(file.model)
        if recipe != nil, fields.kind != .bpe {
            throw .unsupported(
                part: "model of a tokenizer_class",
                found: fields.kind.rawValue,
                expected: "BPE"
            )
        }
        let model = try LoadedModel(
            fields,
            isByteLevel: chain.spellsBytes || isSpelled,
            settings: recipe?.settings
        )
        self.init(
            normalizer: normalizer,
            pieces: try chain.splitter(for: model, isSpelled: isSpelled),
            model: model.model
        )
        var vocabulary = AddedVocabulary(model)
        if recipe == nil { vocabulary.add(try file.addedTokens()) }
        tokens?(&vocabulary)
        use(vocabulary)
        if recipe?.dropsTemplate != true { template = try PostProcessor(file.postProcessor) }
    }
}
