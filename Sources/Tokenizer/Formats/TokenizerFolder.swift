import Files
import JSON

/// The folder of a model: loads the tokenizer in it, whichever files it comes as.
package struct TokenizerFolder {
    private let path: String

    package init(path: String) { self.path = path }

    /// Loads `tokenizer.json`, else `tekken.json`, else a file of tiktoken.
    ///
    /// - Throws: `TokenizerError`, which names what is missing or not supported.
    package func load() throws(TokenizerError) -> PipelineTokenizer {
        if FileIdentity(of: "\(path)/tokenizer.json") != nil {
            return try PipelineTokenizer.load(path: "\(path)/tokenizer.json")
        }
        if let root = try TokenizerFiles.json("\(path)/tekken.json") {
            return PipelineTokenizer(try TekkenFile(root).parts)
        }
        for name in Self.tiktokenNames {
            guard FileIdentity(of: "\(path)/\(name)") != nil else { continue }
            return try loadTiktoken(name)
        }
        throw .unreadable(
            path: path,
            reason: "no tokenizer.json, tekken.json or tiktoken file is in it"
        )
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
        let config = TokenizerConfigFile(
            try TokenizerFiles.json("\(path)/tokenizer_config.json")
        )
        let modelType = try TokenizerFiles.json("\(path)/config.json")?["model_type"]?.string
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
