import Domain
package import Scheduling

/// Prefers endpoints that are meant for prompts of this length (`ContextLengthRange`). Without the
/// label 0.5; 0 if it is not a range.
package struct ContextLengthScorer: Scorer, Equatable {
    private let label: String

    package init(label: String = ContextLengthRange.label) { self.label = label }

    package func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {
        let tokens = context.request.promptTokens
        for index in 0..<candidates.count {
            guard let text = context.snapshot.endpoints[candidates[index]].labels[label] else {
                scores[index] = 0.5
                continue
            }
            scores[index] = ContextLengthRange(text)?.score(for: tokens) ?? 0
        }
    }
}
