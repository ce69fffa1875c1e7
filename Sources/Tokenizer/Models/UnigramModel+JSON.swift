import JSON

extension UnigramModel {
    /// What an unknown character costs beyond the worst token.
    private static let unknownPenalty = 10.0

    /// Reads a Unigram `model`: `vocab` is a list of tokens and scores, and ids are places in it.
    ///
    /// - Returns: The names too: tokens are found by them, and counted with repetitions.
    static func read(
        _ model: JSONValue,
        unknown: Int? = nil
    ) throws(TokenizerError) -> (model: UnigramModel, names: TokenNames, tokenCount: Int) {
        var names = TokenNames(spelling: .plain)
        var trie = TokenTrie()
        var scores: [Double] = []
        try model["vocab"]?.forEachElement { (entry) throws(TokenizerError) in
            var fields: [JSONValue] = []
            entry.forEachElement { fields.append($0) }
            guard fields.count == 2, let name = fields[0].bytes, let score = fields[1].double
            else {
                throw .malformed(
                    part: "model vocab",
                    reason: "token \(scores.count) is not a text and a score"
                )
            }
            names.store(name.span, id: UInt32(scores.count))
            if !name.isEmpty { trie.store(name.span, id: UInt32(scores.count)) }
            scores.append(score)
        }
        let unknownID = unknown ?? model["unk_id"]?.int
        guard let unknownID, scores.indices.contains(unknownID) else {
            throw .unsupported(
                part: "model unk_id",
                found: model["unk_id"]?.summary ?? "nothing",
                expected: "the place of a token of vocab"
            )
        }
        let fallsBack = try model.optionalFlag("byte_fallback", of: "model")
        let unigram = UnigramModel(
            vocabulary: names.vocabulary,
            trie: trie,
            scores: scores,
            unknown: UInt32(unknownID),
            unknownScore: (scores.min() ?? 0) - unknownPenalty,
            tokenOfByte: fallsBack ? ByteFallback.tokens(in: names.vocabulary) : []
        )
        return (unigram, names, scores.count)
    }
}
