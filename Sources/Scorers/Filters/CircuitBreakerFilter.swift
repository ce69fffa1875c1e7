import Domain
package import Scheduling

/// Drops endpoints whose latest requests failed, unless that leaves none: a request that may fail
/// is better than one that does.
package struct CircuitBreakerFilter: Equatable, Filter {
    package init() {}

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        candidates.keepPreferred { !context.loads[$0].isBroken }
    }
}
