import Domain
package import Scheduling

/// Keeps the endpoints that hold most of the prompt, until waiting for them costs more than they
/// save: sticky until saturated.
///
/// All are kept if none holds enough; if the fastest of those that do would still take too much
/// longer to the first token than the fastest of the others; and now and then, to find out.
package struct PrefixAffinityFilter: Equatable, Filter {
    /// llm-d's `prefix-cache-affinity-filter`, with its defaults.
    package struct Config: Equatable, Sendable {
        /// The share of the prompt's blocks that an endpoint has to hold, 0...1. 0: no say.
        package var threshold = 0.8
        /// The share of requests that go anywhere, 0...1.
        package var explorationProbability = 0.0
        /// How much longer the first token may take for the sake of what is cached. 0: however
        /// long.
        package var penaltySecondsMax = 18.0
        /// How the time to the first token is predicted, from what `source` says.
        package var time = TimeToFirstToken()
        package var source = PrefixSource.automatic

        package init() {}
    }

    private let config: Config

    package init(config: Config = Config()) { self.config = config }

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        guard candidates.count > 1, config.threshold > 0,
            !context.happens(config.explorationProbability, seed: 0x7072_6566_6978),
            isWorthSticking(candidates, in: context)
        else { return }
        var cursor = PrefixCursor(config.source, in: context)
        candidates.keep { isSticky(cursor.prefix(at: $0)) }
    }

    private func isWorthSticking(_ candidates: Candidates, in context: SchedulingContext) -> Bool {
        var cursor = PrefixCursor(config.source, in: context)
        var isAnySticky = false
        var bestSticky = Double.infinity
        var bestOther = Double.infinity
        for index in 0..<candidates.count {
            let position = candidates[index]
            let prefix = cursor.prefix(at: position)
            let seconds = config.time.seconds(
                at: context.loads[position],
                holding: prefix,
                promptTokens: context.request.promptTokens
            )
            if isSticky(prefix) {
                isAnySticky = true
                bestSticky = min(bestSticky, seconds)
            } else {
                bestOther = min(bestOther, seconds)
            }
        }
        guard config.penaltySecondsMax > 0 else { return isAnySticky }
        return isAnySticky && !(bestSticky - bestOther > config.penaltySecondsMax)
    }

    private func isSticky(_ prefix: CachedPrefix) -> Bool {
        prefix.blockCount > 0
            && Double(prefix.match.blocks) / Double(prefix.blockCount) >= config.threshold
    }
}
