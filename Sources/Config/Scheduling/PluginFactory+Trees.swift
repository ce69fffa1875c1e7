import Scheduling
import Scorers

/// The decision trees of the Gateway API's first releases.
extension PluginFactory {
    static let trees: [String: Maker] = [
        "decision-tree-filter": { parameters, plugin, factory in
            if parameters.contains("current") {
                plugin.filter = factory.readTree(&parameters)
            } else {
                // What such a picker did with no configuration.
                plugin.filter = DecisionTreeFilter.lowLatency()
            }
        }
    ]

    /// As deep as a document may be.
    private func readTree(_ parameters: inout PluginParameters) -> (any Filter)? {
        let current = readBranch("current", &parameters)
        let success = readBranch("nextOnSuccess", &parameters)
        let failure = readBranch("nextOnFailure", &parameters)
        let either = readBranch("nextOnSuccessOrFailure", &parameters)
        guard let current else { return success ?? either }
        return DecisionTreeFilter(
            current,
            onSuccess: success ?? either,
            onFailure: failure ?? either
        )
    }

    /// Nil if nothing is written, or a filter that is not supported.
    private func readBranch(
        _ key: String,
        _ parameters: inout PluginParameters
    ) -> (any Filter)? {
        guard parameters.contains(key) else { return nil }
        var filter: (any Filter)?
        parameters.section(key) { branch in
            if branch.contains("decisionTree") {
                branch.section("decisionTree") { filter = readTree(&$0) }
            } else if let node = branch.node("pluginRef") {
                let name = node.text ?? ""
                filter = made[name]?.filter
                guard filter == nil, Self.substitute(for: type(ofPluginNamed: name)) == nil else {
                    return
                }
                branch.refuse("pluginRef", node, expected: "the name of a filter in plugins")
            } else {
                branch.refuse(expected: "a pluginRef or a decisionTree", found: "neither")
            }
        }
        return filter
    }
}
