package import ChatTemplates
import Domain
package import JSON
package import Tokenizer

/// Renders chats by one of the templates that are known by name.
///
/// Those write messages of text and the start of an answer, nothing else: a request that asks its
/// template for more has no prompt here, rather than one that lacks it.
package struct NamedTemplateRenderer: PromptRendering {
    private let template: ChatTemplate

    package init(_ template: ChatTemplate) { self.template = template }

    package func render(_ body: JSONValue) throws(TokenizationError) -> RequestPrompts? {
        let addsSpecialTokens = body["add_special_tokens"]?.bool
        switch PromptReader.prompt(of: body) {
        case .none: return nil
        case .tokens(let ids): return RequestPrompts([.tokens(ids.map(\.rawValue))])
        case .text(let text):
            return Self.prompts(text, addsSpecialTokens: addsSpecialTokens ?? true)
        case .chat(let messages):
            if let field = Self.unknownField(in: body) {
                throw .unrenderable(reason: "templates known by name have no \(field)")
            }
            var text: [UInt8] = []
            template.render(messages, to: &text)
            // The template writes the special tokens itself.
            return Self.prompts(text, addsSpecialTokens: addsSpecialTokens ?? false)
        }
    }

    private static func prompts(_ text: [UInt8], addsSpecialTokens: Bool) -> RequestPrompts {
        let prompt = RenderedPrompt(segments: [.text(text)], addsSpecialTokens: addsSpecialTokens)
        return RequestPrompts([.text(prompt)])
    }

    /// A field that changes what a model's own template would write.
    private static func unknownField(in body: JSONValue) -> StaticString? {
        let lists: [StaticString] = ["tools", "documents", "chat_template_kwargs", "chat_template"]
        if let name = lists.first(where: { body[$0].map(saysSomething) ?? false }) { return name }
        if body["add_generation_prompt"]?.bool == false { return "add_generation_prompt" }
        if body["continue_final_message"]?.bool == true { return "continue_final_message" }
        var hasCalls = false
        body["messages"]?.forEachElement { message in
            hasCalls = hasCalls || message["tool_calls"].map(saysSomething) ?? false
        }
        return hasCalls ? "tool_calls" : nil
    }

    private static func saysSomething(_ value: JSONValue) -> Bool {
        var isEmpty = true
        value.forEachElement { _ in isEmpty = false }
        value.forEachField { _, _ in isEmpty = false }
        return !isEmpty || value.kind == .string
    }
}
