import Domain
package import Scheduling

/// Prefers endpoints that have what a request's header says as a label's value: 1 there, 0
/// elsewhere. 0 everywhere without the header.
package struct HeaderLabelAffinityScorer: Scorer, Equatable {
    private let header: String
    private let label: String

    /// - Parameter header: in any case.
    package init(header: String, label: String) {
        self.header = header.lowercased()
        self.label = label
    }

    package func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {
        guard let value = context.request.header(header), !value.isEmpty else { return }
        for index in 0..<candidates.count
        where context.snapshot.endpoints[candidates[index]].labels[label] == value {
            scores[index] = 1
        }
    }
}
