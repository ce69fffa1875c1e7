package import Domain
package import Tokenizer

/// The part of a request that an engine turns into tokens. Text is UTF-8 bytes, not `String`:
/// a tokenizer works on bytes, and `String` would compare by canonical equivalence.
package enum Prompt: Sendable, Equatable {
    /// A completion's text.
    case text([UInt8])
    /// A chat, to be rendered with the model's chat template.
    case chat([ChatMessage])
    /// Token ids that the client computed itself.
    case tokens([TokenID])
    /// Nothing to tokenize: no body, or a form that only load can be scored for.
    case none
}
