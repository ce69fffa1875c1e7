import Domain
package import Scheduling

/// Keeps the endpoints that are meant for prompts of the request's length, as a label of theirs
/// says (`ContextLengthRange`). One without the label is meant for any length, one whose label
/// cannot be read for none.
package struct ContextLengthFilter: Equatable, Filter {
    private let label: String

    package init(label: String = ContextLengthRange.label) { self.label = label }

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        let endpoints = context.snapshot.endpoints
        let tokens = max(0, context.request.promptTokens)
        candidates.keep { position in
            guard let text = endpoints[position].labels[label] else { return true }
            return ContextLengthRange(text)?.contains(tokens) ?? false
        }
    }
}
