import Domain
package import Scheduling

/// Keeps the endpoints whose labels match.
package struct LabelSelectorFilter: Equatable, Filter {
    private let selector: LabelSelector

    package init(_ selector: LabelSelector) { self.selector = selector }

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        let endpoints = context.snapshot.endpoints
        candidates.keep { selector.matches(endpoints[$0].labels) }
    }
}
