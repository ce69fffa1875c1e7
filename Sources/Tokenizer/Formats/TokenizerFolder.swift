import Files
import JSON

/// The folder of a model: loads the tokenizer in it, whichever files it comes as.
package struct TokenizerFolder {
    let path: String

    package init(path: String) { self.path = path }

    /// Loads `tokenizer.json`, else `tekken.json`, else a file of tiktoken.
    ///
    /// - Parameters:
    ///   - mode: how a `tokenizer.json` is read.
    ///   - repository: where the model is from, such as `owner/name`: transformers treats some
    ///     in a way of their own.
    /// - Throws: `TokenizerError`, which names what is missing or not supported.
    package func load(
        mode: TokenizerMode = .raw,
        repository: String? = nil
    ) throws(TokenizerError) -> PipelineTokenizer {
        if FileIdentity(of: "\(path)/tokenizer.json") != nil {
            switch mode {
            case .raw: return try loadRaw()
            case .transformersV5: return try loadAsTransformers(repository: repository)
            }
        }
        if let tokenizer = try loadTekken() { return tokenizer }
        for name in Self.tiktokenNames where FileIdentity(of: "\(path)/\(name)") != nil {
            return try loadTiktoken(name)
        }
        throw .unreadable(
            path: path,
            reason: "no tokenizer.json, tekken.json or tiktoken file is in it"
        )
    }

    /// Tokens of `added_tokens_decoder` whose ids `tokenizer.json` does not have come on top.
    private func loadRaw() throws(TokenizerError) -> PipelineTokenizer {
        let file = try TokenizerFile(
            parsing: try TokenizerFiles.bytes("\(path)/tokenizer.json")
        )
        let known = Set(try file.addedTokens().map(\.id))
        let config = TokenizerConfigFile(try json("tokenizer_config.json"))
        let missing = try config.addedTokens().filter { !known.contains($0.id) }
        return PipelineTokenizer(try TokenizerParts(file) { $0.add(missing) })
    }

    func loadTekken() throws(TokenizerError) -> PipelineTokenizer? {
        guard let root = try json("tekken.json") else { return nil }
        return PipelineTokenizer(try TekkenFile(root).parts)
    }

    func json(_ name: String) throws(TokenizerError) -> JSONValue? {
        try TokenizerFiles.json("\(path)/\(name)")
    }

    private static let tiktokenNames = [
        "tiktoken.model", "tokenizer.model", "qwen.tiktoken", "tokenizer.tiktoken",
        "cl100k_base.tiktoken", "o200k_base.tiktoken", "p50k_base.tiktoken", "r50k_base.tiktoken",
        "gpt2.tiktoken",
    ]

    private func loadTiktoken(_ name: String) throws(TokenizerError) -> PipelineTokenizer {
        let bytes = try TokenizerFiles.bytes("\(path)/\(name)")
        guard TiktokenFile.begins(bytes) else {
            throw .unsupported(
                part: name,
                found: "another format, such as SentencePiece's",
                expected: "tokens in base64 and their ranks, or a tokenizer.json beside it"
            )
        }
        let config = TokenizerConfigFile(try json("tokenizer_config.json"))
        let modelType = try json("config.json")?["model_type"]?.string
        let family = TiktokenFamily(
            fileName: name,
            tokenizerClass: config.tokenizerClass,
            modelType: modelType
        )
        guard let family else {
            throw .unsupported(
                part: name,
                found: "model_type \(modelType ?? "missing")",
                expected: "a family whose pattern is known: "
                    + TiktokenFamily.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        return PipelineTokenizer(
            try TokenizerParts(try TiktokenFile(bytes), family: family, config: config)
        )
    }
}
