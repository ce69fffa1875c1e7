package import Bytes
package import Domain
package import KVIndexer
package import Tokenization

/// Turns a request's prompt into the keys of its blocks.
package struct PromptKeys: Sendable {
    private let tokenizer: PromptTokenizer
    private let hasher: BlockKeyHasher

    package init(tokenizer: PromptTokenizer, hasher: BlockKeyHasher) {
        self.tokenizer = tokenizer
        self.hasher = hasher
    }

    /// One key for each full block of the prompt. Empty if there is no prompt to tokenize.
    func keys(of request: ParsedRequest) throws(TokenizationError) -> [BlockKey] {
        let tokens = try tokenizer.tokens(of: request.body, model: request.model)
        var keys: [BlockKey] = []
        guard !tokens.isEmpty else { return keys }
        let scope = BlockKeyScope(model: request.model, cacheSalt: request.cacheSalt)
        hasher.appendKeys(for: tokens.span, in: scope, to: &keys)
        return keys
    }

    /// The same for a request that is not parsed yet.
    package func keys(of body: SharedBytes) throws -> [BlockKey] {
        try keys(of: try ParsedRequest(body))
    }
}
