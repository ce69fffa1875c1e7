import ChatTemplates
package import Domain
package import JSON
package import Tokenizer

/// Renders chats by one of the templates that are known by name.
package struct NamedTemplateRenderer: PromptRendering {
    private let template: ChatTemplate

    package init(_ template: ChatTemplate) { self.template = template }

    package func render(_ body: JSONValue) -> PromptSource {
        render(PromptReader.prompt(of: body))
    }

    /// The same for a request that is read already.
    package func render(_ prompt: Prompt) -> PromptSource {
        switch prompt {
        case .none: return .none
        case .tokens(let ids): return .tokens(ids)
        case .text(let text):
            return .text(RenderedPrompt(segments: [.text(text)], addsSpecialTokens: true))
        case .chat(let messages):
            // The template writes the special tokens itself.
            var text: [UInt8] = []
            template.render(messages, to: &text)
            return .text(RenderedPrompt(segments: [.text(text)]))
        }
    }
}
