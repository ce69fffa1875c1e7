package import ChatTemplates
package import Domain
package import JSON

/// What an engine computes the tokens of a request from.
package enum PromptSource: Sendable, Equatable {
    case text(RenderedPrompt)
    /// Token ids that the client computed itself.
    case tokens([TokenID])
    /// Nothing to tokenize: a form that only load can be scored for.
    case none
}

/// How requests become prompts for one model.
///
/// Thread safety: may be used from any thread.
package protocol PromptRendering: Sendable {
    /// The prompt of a request, exactly as the engine makes it.
    ///
    /// - Parameter body: the request's JSON object.
    /// - Throws: `unrenderable` if the engine would refuse the request, or makes its prompt in a
    ///   way that is not known here.
    func render(_ body: JSONValue) throws(TokenizationError) -> PromptSource
}
