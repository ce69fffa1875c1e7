package import ChatTemplates
package import JSON

/// How requests become prompts for one model.
///
/// Thread safety: may be used from any thread.
package protocol PromptRendering: Sendable {
    /// The prompts of a request, exactly as the engine makes them; nil if it has none.
    ///
    /// - Parameter body: the request's JSON object.
    /// - Throws: `unrenderable` if the engine would refuse the request, or makes its prompt in a
    ///   way that is not known here.
    func render(_ body: JSONValue) throws(TokenizationError) -> RequestPrompts?
}
