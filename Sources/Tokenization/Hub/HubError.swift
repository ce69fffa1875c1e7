/// Why a model's files could not be had. No case ever holds the token.
package enum HubError: Error, Equatable, Sendable {
    /// 401: no token, or a wrong one. Hubs also answer so for a model that is not there.
    case unauthorized(url: String)
    /// 403: a gated model whose terms the token's owner has not accepted.
    case forbidden(url: String)
    /// 404: no such model or revision.
    case notFound(url: String)
    /// The model has none of the files that a tokenizer is made of.
    case noTokenizerFiles(model: String)
    case offline(model: String)
    /// The hub cannot be reached, hung up, or is overloaded, also after every attempt.
    case unavailable(url: String, reason: String)
    /// The hub's answer is none that we understand or accept.
    case malformedAnswer(url: String, reason: String)
    case tooLarge(file: String, bytesMax: Int)
    /// What arrived is not what the hub says the file is.
    case checksumMismatch(file: String)
    case file(path: String, reason: String)
    /// Another process has been downloading this file for too long.
    case locked(path: String)
    case cancelled

    /// Whether the same request may be answered a little later.
    var isTransient: Bool {
        if case .unavailable = self { true } else { false }
    }
}
