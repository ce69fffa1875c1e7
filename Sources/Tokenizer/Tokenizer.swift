package import Domain

/// Turns text into the token ids that an engine would compute for it.
///
/// Thread safety: every method may be called from any thread, at the same time.
package protocol Tokenizer: Sendable {
    /// Appends the ids of `text`, which is UTF-8. Bytes that are not get ids too, though no
    /// engine agrees on which, so callers refuse such text first.
    ///
    /// - Parameter addSpecialTokens: Whether the ids that a completion starts and ends with, such
    ///   as BOS, are added. A rendered chat brings its own: pass false.
    func encode(_ text: Span<UInt8>, addSpecialTokens: Bool, to tokens: inout [TokenID])

    /// Appends the ids of `text` without recognizing any added token in it: what a user writes,
    /// where a format says that users cannot write control tokens. Adds no special tokens.
    func encodeOrdinary(_ text: Span<UInt8>, to tokens: inout [TokenID])

    /// The id of the added token with exactly this content, such as `<|im_start|>`.
    func addedToken(_ content: [UInt8]) -> TokenID?

    /// Where texts may be cut without changing their ids; nil if nowhere.
    var resumeRule: ResumeRule? { get }
}

extension Tokenizer {
    package var resumeRule: ResumeRule? { nil }
}
