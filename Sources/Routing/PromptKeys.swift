package import Domain
package import KVIndexer
package import Tokenizer

/// Turns a request's prompt into the keys of its blocks.
package struct PromptKeys: Sendable {
    /// A model's tokenizer and how it writes a chat.
    package struct Model: Sendable {
        let tokenizer: any Tokenizer
        let template: ChatTemplate

        package init(tokenizer: any Tokenizer, template: ChatTemplate) {
            self.tokenizer = tokenizer
            self.template = template
        }
    }

    private let model: Model?
    private let hasher: BlockKeyHasher

    /// - Parameter model: nil if prompts cannot be tokenized; those that are ids still have keys.
    package init(model: Model?, hasher: BlockKeyHasher) {
        self.model = model
        self.hasher = hasher
    }

    /// One key for each full block of the prompt. Empty if there is no prompt to tokenize.
    package func keys(of request: InferenceRequest) -> [BlockKey] {
        let tokens = tokens(of: request.prompt)
        var keys: [BlockKey] = []
        guard !tokens.isEmpty else { return keys }
        let scope = BlockKeyScope(model: request.model, cacheSalt: request.cacheSalt)
        hasher.appendKeys(for: tokens.span, in: scope, to: &keys)
        return keys
    }

    private func tokens(of prompt: Prompt) -> [TokenID] {
        var tokens: [TokenID] = []
        switch prompt {
        case .none: break
        case .tokens(let ids): tokens = ids
        case .text(let text):
            model?.tokenizer.encode(text.span, addSpecialTokens: true, to: &tokens)
        case .chat(let messages):
            guard let model else { break }
            // The template writes the special tokens itself.
            var text: [UInt8] = []
            model.template.render(messages, to: &text)
            model.tokenizer.encode(text.span, addSpecialTokens: false, to: &tokens)
        }
        return tokens
    }
}
