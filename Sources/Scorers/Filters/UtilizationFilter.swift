package import Domain
package import Scheduling

/// Drops endpoints that any one figure shows to be too busy. Where a figure is unknown, it shows
/// nothing.
package struct UtilizationFilter: Equatable, Filter {
    package struct Condition: Equatable, Sendable {
        package let metric: EndpointFigure
        /// The greatest value that an endpoint may have.
        package let maxValue: Double

        package init(metric: EndpointFigure, maxValue: Double) {
            self.metric = metric
            self.maxValue = maxValue
        }
    }

    private let conditions: [Condition]
    private let fallsBackOnEmpty: Bool

    /// - Parameter fallsBackOnEmpty: whether all are kept if all are too busy. If not, the client
    ///   is told to come back later.
    package init(conditions: [Condition], fallsBackOnEmpty: Bool) {
        self.conditions = conditions
        self.fallsBackOnEmpty = fallsBackOnEmpty
    }

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        func isFree(_ position: Int) -> Bool {
            conditions.allSatisfy { condition in
                guard let value = condition.metric.value(at: position, in: context) else {
                    return true
                }
                return value <= condition.maxValue
            }
        }
        if fallsBackOnEmpty {
            candidates.keepPreferred(where: isFree)
        } else {
            candidates.keep(where: isFree)
        }
    }

    package var exhaustion: PickError { .saturated }
}
