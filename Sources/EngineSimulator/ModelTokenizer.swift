import Domain
import Tokenizer

/// A model's own tokenizer and chat template.
struct ModelTokenizer: PromptTokenizer {
    let tokenizer: any Tokenizer
    let template: ChatTemplate

    func tokens(ofText text: [UInt8]) -> [TokenID] { encode(text, addSpecialTokens: false) }

    func tokens(of prompt: Prompt) -> [TokenID] {
        switch prompt {
        case .text(let text): return encode(text, addSpecialTokens: true)
        case .tokens(let tokens): return tokens
        case .chat(let messages):
            var text: [UInt8] = []
            template.render(messages, to: &text)
            return encode(text, addSpecialTokens: false)  // the template brings its own
        case .none: return []
        }
    }

    private func encode(_ text: [UInt8], addSpecialTokens: Bool) -> [TokenID] {
        var tokens: [TokenID] = []
        tokenizer.encode(text.span, addSpecialTokens: addSpecialTokens, to: &tokens)
        return tokens
    }
}
