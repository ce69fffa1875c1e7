package import Tokenizer

/// A model's tokenizer and how requests become its prompts.
package struct LoadedModel: Sendable {
    package let tokenizer: any Tokenizer
    package let renderer: any PromptRendering
    /// Nil if it comes from none.
    package let files: ModelFiles?
    /// No other model, and no other load of this one, shares ids with it.
    let scope = PrefixScope()

    package init(
        tokenizer: any Tokenizer,
        renderer: any PromptRendering,
        files: ModelFiles? = nil
    ) {
        self.tokenizer = tokenizer
        self.renderer = renderer
        self.files = files
    }
}
