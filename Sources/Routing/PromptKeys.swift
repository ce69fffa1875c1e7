package import BlockKeys
package import Bytes
package import Domain
package import Tokenization

/// Turns a request's prompt into the keys of its blocks.
package struct PromptKeys: Sendable {
    private let tokenizer: PromptTokenizer
    private let hasher: BlockKeyHasher

    package init(tokenizer: PromptTokenizer, hasher: BlockKeyHasher) {
        self.tokenizer = tokenizer
        self.hasher = hasher
    }

    /// The prompt's tokens. Empty if there is no prompt to tokenize.
    func tokens(of request: ParsedRequest) throws(TokenizationError) -> [TokenID] {
        try tokenizer.tokens(of: request.body, model: request.model)
    }

    /// One key for each full block of the prompt.
    func keys(for tokens: [TokenID], in request: ParsedRequest) -> [BlockKey] {
        var keys: [BlockKey] = []
        guard !tokens.isEmpty else { return keys }
        let scope = BlockKeyScope(model: request.model, cacheSalt: request.cacheSalt)
        hasher.appendKeys(for: tokens.span, in: scope, to: &keys)
        return keys
    }

    /// From body to keys.
    package func keys(of body: SharedBytes) throws -> [BlockKey] {
        let request = try ParsedRequest(body)
        return keys(for: try tokens(of: request), in: request)
    }
}
