package import Tokenizer

/// What a model was loaded from, and how.
package struct ModelFiles: Sendable {
    /// A folder, or a `tokenizer.json` alone.
    package let path: String
    package let mode: TokenizerMode
    /// The contents of its added tokens, in the order of their ids.
    package let addedTokens: [String]
}
