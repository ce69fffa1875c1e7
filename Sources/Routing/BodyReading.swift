import Bytes
import Domain
import KVIndexer
import Tokenization

/// What a request's body says, as far as routing goes by it.
enum BodyReading: Sendable {
    case malformed(PickError)
    /// - Parameter replacement: what the endpoint gets in place of the body, if anything.
    case read(InferenceRequest, CachedPrompt, replacement: SharedBytes?)
    /// The tokens of its prompt could not be had.
    case degraded(InferenceRequest, CachedPrompt, by: TokenizationError)
}

/// A prompt's blocks, and how many of them each endpoint holds.
struct CachedPrompt: Sendable {
    let blocks: PromptBlocks
    let matches: PrefixMatches
    /// The prompt as it is remembered of what was sent. Nil: it is not.
    var approximate: ApproximatePrompt?

    /// Whether it is all that the engine computes, by its tokens: no guess by bytes, and not the
    /// first prompt of several.
    var isWhole = false

    static let none = CachedPrompt(blocks: .none, matches: .none)

    /// Whether it is known how many of the request's tokens an endpoint has to compute.
    var isKnown: Bool {
        isWhole && (blocks.blockCount > 0 || approximate?.blockCount ?? 0 > 0)
    }
}
