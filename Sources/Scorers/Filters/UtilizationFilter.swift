package import Domain
package import Scheduling

/// Drops endpoints that any one figure shows to be too busy. What an engine has not reported
/// counts as 0.
package struct UtilizationFilter: Equatable, Filter {
    package enum Metric: CaseIterable, Sendable {
        /// Requests that wait in the engine, by its own word.
        case waitingRequests
        /// Requests that the engine works at, by its own word.
        case runningRequests
        /// Share of the KV cache in use, 0...1, by the engine's own word.
        case kvCacheUsage
        /// Requests that this picker has sent and not seen end.
        case inFlightRequests
        /// Tokens of their prompts, and what they are expected to generate.
        case inFlightTokens

        func value(in load: EndpointLoad) -> Double {
            switch self {
            case .waitingRequests: Double(load.report.waitingRequests)
            case .runningRequests: Double(load.report.runningRequests)
            case .kvCacheUsage: load.report.kvCacheUsage
            case .inFlightRequests: Double(load.inFlightRequests)
            case .inFlightTokens: Double(load.inFlightTokens)
            }
        }
    }

    package struct Condition: Equatable, Sendable {
        package let metric: Metric
        /// The greatest value that an endpoint may have.
        package let maxValue: Double

        package init(metric: Metric, maxValue: Double) {
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
            conditions.allSatisfy { !($0.metric.value(in: context.loads[position]) > $0.maxValue) }
        }
        if fallsBackOnEmpty {
            candidates.keepPreferred(where: isFree)
        } else {
            candidates.keep(where: isFree)
        }
    }

    package var exhaustion: PickError { .saturated }
}
