package import Scheduling

/// Keeps the endpoints of which a figure compares with a number as it should.
package struct EndpointAttributeFilter: Equatable, Filter {
    /// Spelled as in llm-d's `endpoint-attribute-filter`.
    package enum Comparison: String, CaseIterable, Sendable {
        case less = "LessThan"
        case lessOrEqual = "LessThanOrEqual"
        case greater = "GreaterThan"
        case greaterOrEqual = "GreaterThanOrEqual"
        case equal = "Equal"
        case notEqual = "NotEqual"

        fileprivate func isMet(_ value: Double, _ bound: Double) -> Bool {
            switch self {
            case .less: value < bound
            case .lessOrEqual: value <= bound
            case .greater: value > bound
            case .greaterOrEqual: value >= bound
            case .equal: value == bound
            case .notEqual: value != bound
            }
        }
    }

    private let figure: EndpointFigure
    private let comparison: Comparison
    private let bound: Double
    private let keepsUnknown: Bool
    private let fallsBackOnEmpty: Bool

    /// - Parameters:
    ///   - keepsUnknown: whether an endpoint is kept of which the figure is not known.
    ///   - fallsBackOnEmpty: whether all are kept if none would be.
    package init(
        _ figure: EndpointFigure,
        _ comparison: Comparison,
        _ bound: Double,
        keepsUnknown: Bool = true,
        fallsBackOnEmpty: Bool = false
    ) {
        self.figure = figure
        self.comparison = comparison
        self.bound = bound
        self.keepsUnknown = keepsUnknown
        self.fallsBackOnEmpty = fallsBackOnEmpty
    }

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        func isKept(_ position: Int) -> Bool {
            figure.value(at: position, in: context).map { comparison.isMet($0, bound) }
                ?? keepsUnknown
        }
        if fallsBackOnEmpty {
            candidates.keepPreferred(where: isKept)
        } else {
            candidates.keep(where: isKept)
        }
    }
}
