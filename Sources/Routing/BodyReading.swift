import Bytes
import Domain
import KVIndexer
import Tokenization

/// What a request's body says, as far as routing goes by it.
enum BodyReading: Sendable {
    case malformed(PickError)
    /// - Parameter replacement: what the endpoint gets in place of the body, if anything.
    case read(InferenceRequest, PrefixMatches, replacement: SharedBytes?)
    /// Its prompt has no tokens.
    case degraded(InferenceRequest, by: TokenizationError)
}
