import Domain
package import Scheduling

/// Prefers endpoints that would have fewer tokens in flight with this request, of which those count
/// that the endpoint does not hold: 1 for none, falling in a straight line to 0 at the threshold.
package struct TokenLoadScorer: Scorer, Equatable {
    private let queueThresholdTokens: Double
    private let source: PrefixSource

    /// - Parameter queueThresholdTokens: below 1 counts as 1. The default is llm-d's: 128 requests of
    ///   32,768 tokens.
    package init(queueThresholdTokens: Int = 4_194_304, source: PrefixSource = .automatic) {
        self.queueThresholdTokens = Double(max(1, queueThresholdTokens))
        self.source = source
    }

    package func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {
        let promptTokens = Double(max(0, context.request.promptTokens))
        var cursor = PrefixCursor(source, in: context)
        for index in 0..<candidates.count {
            let position = candidates[index]
            let uncached = max(0, promptTokens - Double(cursor.prefix(at: position).tokens))
            let tokens = Double(max(0, context.loads[position].inFlightTokens)) + uncached
            scores[index] = (1 - tokens / queueThresholdTokens).asScore
        }
    }
}
