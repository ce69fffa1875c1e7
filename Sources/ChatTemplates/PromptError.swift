/// Why a request has no prompt.
package enum PromptError: Error, Equatable, Sendable {
    /// The engine refuses such a request too, with status 400; `reason` says why, in its words
    /// where it has short ones.
    case rejected(reason: String)
    /// The engine may serve it, and we do not know what it tokenizes.
    case unsupported(reason: String)
}
