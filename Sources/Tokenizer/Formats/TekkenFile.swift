import JSON

/// Mistral's `tekken.json`: tokens by rank, their ids behind those of the special tokens.
///
/// What a user writes never yields a special token: `mistral-common` puts those in by id, and so
/// `encode` recognizes none.
struct TekkenFile {
    let parts: TokenizerParts

    /// The special tokens of files that list none, by id; the rest are fillers.
    private static let unlisted = [
        "<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]",
        "[TOOL_RESULTS]", "[/TOOL_RESULTS]", "[TOOL_CALLS]", "[IMG]", "<pad>", "[IMG_BREAK]",
        "[IMG_END]", "[PREFIX]", "[MIDDLE]", "[SUFFIX]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]",
        "[TOOL_CONTENT]",
    ]

    init(_ root: JSONValue) throws(TokenizerError) {
        let config = root["config"]
        guard let size = config?["default_vocab_size"]?.int,
            let specialCount = config?["default_num_special_tokens"]?.int,
            (0...(1 << 20)).contains(specialCount), size > specialCount, size <= 1 << 24
        else {
            throw .malformed(part: "tekken.json", reason: "config has no sizes")
        }
        let pattern = config?["pattern"]
        guard let splitter = pattern?.string.flatMap(WordSplitter.init(tiktokenPattern:)) else {
            throw .unsupported(
                part: "tekken.json pattern",
                found: pattern?.summary ?? "nothing",
                expected: "a pattern that has a scanner"
            )
        }
        let tokenCount = size - specialCount
        let model = try Self.tokens(root["vocab"], count: tokenCount, firstID: specialCount)
            .model()
        let special = try Self.specialTokens(root["special_tokens"], count: specialCount)
        guard let start = special[Array("<s>".utf8)] else {
            throw .malformed(part: "tekken.json", reason: "no special token is <s>")
        }
        parts = TokenizerParts(
            pieces: .words(splitter),
            model: model.model,
            idOfAddedToken: special,
            template: PostProcessor(prefix: [start])
        )
    }

    private static func tokens(
        _ vocab: JSONValue?,
        count: Int,
        firstID: Int
    ) throws(TokenizerError) -> RankedVocabulary {
        var ranked = RankedVocabulary(firstID: UInt32(firstID))
        var stored = 0
        try vocab?.forEachElement { (entry) throws(TokenizerError) in
            guard stored < count else { return }
            guard let text = entry["token_bytes"]?.bytes, let bytes = Base64.decode(text.span),
                entry["rank"]?.int == stored
            else {
                throw .malformed(
                    part: "tekken.json vocab",
                    reason: "token \(stored) has no bytes, or another rank"
                )
            }
            try ranked.store(bytes, rank: stored)
            stored += 1
        }
        guard stored == count else {
            throw .malformed(
                part: "tekken.json vocab",
                reason: "\(stored) tokens, but config says \(count)"
            )
        }
        return ranked
    }

    private static func specialTokens(
        _ list: JSONValue?,
        count: Int
    ) throws(TokenizerError) -> [[UInt8]: UInt32] {
        var ids: [[UInt8]: UInt32] = [:]
        if let list = list.unlessNull {
            try list.forEachElement { (entry) throws(TokenizerError) in
                guard let name = entry["token_str"]?.bytes,
                    let id = entry["rank"]?.int.flatMap(UInt32.init(exactly:)), id < count
                else {
                    throw .malformed(
                        part: "tekken.json special_tokens",
                        reason: "a token has no name, or no id below \(count)"
                    )
                }
                ids[name] = id
            }
        } else {
            for (id, name) in unlisted.prefix(count).enumerated() {
                ids[Array(name.utf8)] = UInt32(id)
            }
        }
        for id in ids.count..<max(count, ids.count) {
            ids[Array("<SPECIAL_\(id)>".utf8)] = UInt32(id)
        }
        return ids
    }
}
