/// Why a request has no tokens. Routing goes on by load: a client never sees one of these.
package enum TokenizationError: Error, Equatable, Sendable {
    /// Every worker is busy and the queue has no room.
    case full
    /// The deadline passed before the tokens were there.
    case late
    /// The client is gone: nobody waits for the tokens.
    case cancelled
    /// The model's tokenizer is being loaded.
    case loading(model: String)
    /// The model has no tokenizer, for a reason that was logged when that was found out.
    case noTokenizer(model: String)
    /// Only the model's engines know its tokens: ask one.
    case askEngine(model: String)
    /// The engine would refuse this request too, such as a template that raises.
    case unrenderable(reason: String)
}

extension TokenizationError {
    /// One word for metrics.
    package var label: String {
        switch self {
        case .full: "full"
        case .late: "late"
        case .cancelled: "cancelled"
        case .loading: "loading"
        case .noTokenizer: "no-tokenizer"
        case .askEngine: "ask-engine"
        case .unrenderable: "unrenderable"
        }
    }
}
