package import Domain

/// When a prompt's media are turned into embeddings apart from its prefill.
package enum EncodeDecider: Equatable, Sendable {
    case never
    case always
    /// If there are any.
    case multimodal

    package func wantsEncode(for request: InferenceRequest) -> Bool {
        switch self {
        case .never: false
        case .always: true
        case .multimodal: request.mediaCount > 0
        }
    }
}
