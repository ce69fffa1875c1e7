import Domain
package import Scheduling

/// When a prompt is computed by another endpoint than the one that generates: when what the latter
/// does not hold of it is worth the way.
///
/// By what endpoints themselves announce, where they do, and by tokens that they hold in any tier:
/// a block in memory need not be computed, whatever it is worth to a scorer.
package enum PrefillDecider: Equatable, Sendable {
    case always
    case never
    /// If so many tokens have to be computed, of a prompt of at least so many. llm-d's
    /// `prefix-based-pd-decider`. A `min` of 0: never.
    case uncachedTokens(min: Int, promptMin: Int)
    /// If the share of the prompt that has to be computed comes to so many bytes. llm-d's
    /// `PD_PROMPT_LEN_THRESHOLD`, and the threshold of `pd-profile-handler`. 0: always.
    case uncachedBytes(threshold: Int)

    /// Whether no request could be one that it wants a prefill for.
    package var isNever: Bool {
        switch self {
        case .always, .uncachedBytes: false
        case .never: true
        case .uncachedTokens(let min, _): min <= 0
        }
    }

    /// - Parameter position: of the endpoint that generates.
    package func wantsPrefill(before position: Int, in context: SchedulingContext) -> Bool {
        switch self {
        case .always: return true
        case .never: return false
        case .uncachedTokens(let min, let promptMin):
            return min > 0 && context.request.promptTokens >= promptMin
                && context.uncachedTokens(at: position) >= min
        case .uncachedBytes(let threshold):
            let prompt = context.request.promptTokens
            let uncached = context.uncachedTokens(at: position)
            let share = prompt > 0 ? Double(uncached) / Double(prompt) : 1
            return share * Double(context.request.promptBytes) >= Double(threshold)
        }
    }
}
