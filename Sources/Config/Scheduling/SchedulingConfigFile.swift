import Scheduling
import YAML

/// Everything that says how requests are scheduled: a document, the environment, the command line.
///
/// A document is an `EndpointPickerConfig` of any version, or a list of scheduler profiles. A later
/// source outweighs an earlier one: the defaults, the document, the environment, the command line.
package enum SchedulingConfigFile {
    /// More than any document; `YAMLNode` bounds what is in it.
    package static let byteCountMax = YAMLNode.byteCountMax

    /// - Parameters:
    ///   - document: the file's bytes, YAML or JSON; nil if there is none.
    ///   - environment: the process's variables.
    /// - Throws: everything that is wrong with the document. What is wrong with a variable is a
    ///   warning, as for llm-d: its default holds.
    package static func read(
        document: [UInt8]?,
        environment: [String: String] = [:],
        overrides: SchedulingOverrides = SchedulingOverrides()
    ) throws(ConfigError) -> SchedulingSetup {
        let findings = ConfigFindings(isStrict: overrides.isStrict)
        var variables = SchedulingEnvironment(environment)
        let policy = variables.readPolicy()
        variables.tell(findings)
        let factory = PluginFactory(
            findings,
            overrides: overrides,
            variables: variables.parameters
        )
        var draft = SchedulingDraft(factory)
        if let document {
            let root = try KVCacheConfigFile.node(of: document)
            if !root.isNull { draft.read(root) }
        }
        if let policy {
            if !draft.profiles.isEmpty {
                findings.warn("\(policy.variable) outweighs the profiles of the document")
            }
            draft.use(policy.plugins, policy.profiles, origin: .environment(policy.variable))
        } else if draft.profiles.isEmpty, findings.isFaultless {
            draft.useStandardPolicy()
        }
        if let variable = variables.flowControlSwitch {
            draft.flowControl.isEnabled = true
            draft.settings.append(
                EffectiveSetting(
                    path: "featureGates.flowControl",
                    value: "true",
                    origin: .environment(variable)
                )
            )
        }
        return try draft.resolved()
    }
}

extension SchedulingDraft {
    fileprivate mutating func read(_ root: YAMLNode) {
        ConfigSection.read(root, at: "", findings: findings) { section in
            let keys = ["kind", "plugins", "schedulingProfiles", "featureGates", "flowControl"]
            if section.contains("profiles") {
                readProfileDocument(&section)
            } else if keys.contains(where: section.contains) {
                readEndpointPicker(&section)
            } else {
                _ = section.acceptAll()
                findings.problem(
                    "expected an EndpointPickerConfig, or a list of profiles, found "
                        + "\(section.keysForMessages) (line \(root.line))"
                )
            }
        }
    }
}
