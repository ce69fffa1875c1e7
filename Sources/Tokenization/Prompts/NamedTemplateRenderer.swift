package import ChatTemplates
import Domain
package import JSON
package import Tokenizer

/// Renders chats by one of the templates that are known by name.
package struct NamedTemplateRenderer: PromptRendering {
    private let template: ChatTemplate

    package init(_ template: ChatTemplate) { self.template = template }

    package func render(_ body: JSONValue) -> RequestPrompts? {
        switch PromptReader.prompt(of: body) {
        case .none: return nil
        case .tokens(let ids): return RequestPrompts([.tokens(ids.map(\.rawValue))])
        case .text(let text):
            let prompt = RenderedPrompt(
                segments: [.text(text)],
                addsSpecialTokens: body["add_special_tokens"]?.bool ?? true
            )
            return RequestPrompts([.text(prompt)])
        case .chat(let messages):
            // The template writes the special tokens itself.
            var text: [UInt8] = []
            template.render(messages, to: &text)
            return RequestPrompts([.text(RenderedPrompt(segments: [.text(text)]))])
        }
    }
}
