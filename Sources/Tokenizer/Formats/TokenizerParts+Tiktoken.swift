import JSON

extension TokenizerParts {
    /// A tokenizer of ranks. Its special tokens are the family's; those of the configuration
    /// replace the ones with their ids.
    init(
        _ file: TiktokenFile,
        family: TiktokenFamily,
        config: TokenizerConfigFile
    ) throws(TokenizerError) {
        guard let splitter = family.splitter else {
            throw .unsupported(
                part: "tiktoken family",
                found: family.rawValue,
                expected: "one whose pattern has a scanner"
            )
        }
        self.init(pieces: .words(splitter), model: try file.ranked.model().model)
        if family == .qwen { normalizer = .form(.nfc) }
        var names: [UInt32: [UInt8]] = [:]
        for token in family.specialTokens(rankEnd: file.ranked.rankEnd) {
            names[token.id] = Array(token.name.utf8)
        }
        for token in try config.addedTokens() { names[token.id] = token.content }
        for (id, name) in names.sorted(by: { $0.key < $1.key }) where !name.isEmpty {
            rawTokens.append(AddedToken(content: name, id: id, special: true))
            idOfAddedToken[name] = id
        }
        if config.addsBOS == true, let bos = config.token("bos_token") {
            template = PostProcessor(prefix: [try id(of: bos)], suffix: template.suffix)
        }
        if config.addsEOS == true, let eos = config.token("eos_token") {
            template = PostProcessor(prefix: template.prefix, suffix: [try id(of: eos)])
        }
    }

    private func id(of token: [UInt8]) throws(TokenizerError) -> UInt32 {
        guard let id = idOfAddedToken[token] else {
            throw .malformed(
                part: "tokenizer_config.json",
                reason: "\"\(String(decoding: token, as: UTF8.self))\" is not a special token"
            )
        }
        return id
    }
}
