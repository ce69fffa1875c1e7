/// Which labels an endpoint must have: Kubernetes' label selector. One that asks for nothing
/// matches everything.
package struct LabelSelector: Equatable, Sendable {
    package enum Condition: Equatable, Sendable {
        case isIn(Set<String>)
        /// An endpoint without the label meets it, too.
        case isNotIn(Set<String>)
        case exists
        case doesNotExist
        /// Not Kubernetes', but llm-d's old `by-label` filter with `allowsNoLabel`.
        case isInOrDoesNotExist(Set<String>)

        fileprivate func isMet(by value: String?) -> Bool {
            switch self {
            case .isIn(let values): value.map(values.contains) ?? false
            case .isNotIn(let values): value.map { !values.contains($0) } ?? true
            case .exists: value != nil
            case .doesNotExist: value == nil
            case .isInOrDoesNotExist(let values): value.map(values.contains) ?? true
            }
        }
    }

    package struct Requirement: Equatable, Sendable {
        package let label: String
        package let condition: Condition

        package init(_ label: String, _ condition: Condition) {
            self.label = label
            self.condition = condition
        }
    }

    /// Each has to be met.
    package let requirements: [Requirement]

    /// - Parameter matchLabels: short for one `isIn` each.
    package init(
        matchLabels: [String: String] = [:],
        matchExpressions: [Requirement] = []
    ) {
        let labels = matchLabels.sorted { $0.key < $1.key }
        requirements = labels.map { Requirement($0.key, .isIn([$0.value])) } + matchExpressions
    }

    package func matches(_ labels: [String: String]) -> Bool {
        requirements.allSatisfy { $0.condition.isMet(by: labels[$0.label]) }
    }
}
