import Files
import JSON

extension TokenizerFolder {
    /// The special tokens that transformers 5 gives a model whose files do not mention them, by
    /// their names, such as `bos_token`. Empty if its class has none, or is not known.
    package func specialTokenDefaults(repository: String? = nil) -> [(name: String, text: String)] {
        guard let config = try? TokenizerConfigFile(json("tokenizer_config.json")),
            case .rebuilt(let family) = try? transformersClass(config, repository: repository)
        else { return [] }
        return family.defaultTokens.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    func loadAsTransformers(repository: String?) throws(TokenizerError) -> PipelineTokenizer {
        let config = TokenizerConfigFile(try json("tokenizer_config.json"))
        try config.checkForTransformers()
        let kind = try transformersClass(config, repository: repository)
        if kind == .mistralCommon, let tokenizer = try loadTekken() { return tokenizer }
        var family: TransformersRecipe.Family?
        if case .rebuilt(let rebuilt) = kind { family = rebuilt }
        let file = try TokenizerFile(
            parsing: try TokenizerFiles.bytes("\(path)/tokenizer.json")
        )
        let tokens = try TransformersTokens(
            config: config,
            specialTokensMap: try json("special_tokens_map.json"),
            addedTokensMap: try json("added_tokens.json"),
            fileTokens: try file.addedTokens(),
            family: family
        )
        var recipe: TransformersRecipe?
        if let family { recipe = try TransformersRecipe(family, config: config) }
        return PipelineTokenizer(
            try TokenizerParts(file, recipe: recipe) { tokens.add(to: &$0, family: family) }
        )
    }

    private func transformersClass(
        _ config: TokenizerConfigFile,
        repository: String?
    ) throws(TokenizerError) -> TransformersClass {
        let model = try json("config.json")
        return try TransformersClass(
            hubClass: config.tokenizerClass ?? model?["tokenizer_class"]?.string,
            modelType: model?["model_type"]?.string,
            repository: repository,
            hasTekken: FileIdentity(of: "\(path)/tekken.json") != nil
        )
    }
}
