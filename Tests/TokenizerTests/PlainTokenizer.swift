import Domain
import Tokenizer

/// A `tokenizer.json` without normalizer and pre-tokenizer: the whole text is one piece.
struct PlainTokenizer {
    var model: String
    var normalizer = "null"
    var preTokenizer = "null"
    var postProcessor = "null"
    var addedTokens = "[]"

    func load() throws(TokenizerError) -> PipelineTokenizer {
        let text = """
            {"version": "1.0", "truncation": {"max_length": 2}, "added_tokens": \(addedTokens),
             "normalizer": \(normalizer), "pre_tokenizer": \(preTokenizer),
             "post_processor": \(postProcessor), "model": {\(model)}}
            """
        return try PipelineTokenizer.load(json: Array(text.utf8))
    }

    func ids(_ text: String, addSpecialTokens: Bool = false) throws -> [UInt32] {
        var tokens: [TokenID] = []
        try load().encode(Array(text.utf8).span, addSpecialTokens: addSpecialTokens, to: &tokens)
        return tokens.map(\.rawValue)
    }
}
