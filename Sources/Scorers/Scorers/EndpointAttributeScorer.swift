package import Scheduling

/// Prefers endpoints with the better attribute, in a straight line from worst to best. Where it is
/// unknown 0. If all candidates that have it are equal, and the range follows them, they get 1.
package struct EndpointAttributeScorer: Scorer, Equatable {
    private let attribute: EndpointAttribute

    package init(_ attribute: EndpointAttribute) { self.attribute = attribute }

    package func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {
        for index in 0..<candidates.count {
            scores[index] = attribute.figure.value(at: candidates[index], in: context) ?? .nan
        }
        let scale =
            switch attribute.range {
            case .adaptive: LinearScale(spanning: scores)
            case .fixed(let min, let max): LinearScale(from: min, to: max)
            }
        scale.rate(&scores, lowerIsBetter: attribute.lowerIsBetter)
    }
}
