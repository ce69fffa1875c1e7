import Scheduling
import Scorers
import YAML

/// Makes plug-ins of their types and parameters, and gathers what these say beside. Not thread-safe:
/// it serves one reading.
final class PluginFactory {
    /// Gives a plug-in the parts that its type has.
    typealias Maker = @Sendable (inout PluginParameters, inout Plugin, PluginFactory) -> Void

    /// In the order in which they are made: what others refer to comes first.
    private static let stages: [[String: Maker]] = [
        producers.merging(policies) { $1 }.merging(accepted) { $1 },
        scorers.merging(prefixScorers) { $1 }.merging(sessionPlugins) { $1 }
            .merging(filters) { $1 }.merging(attributePlugins) { $1 }.merging(pickers) { $1 },
        trees.merging(handlers) { $1 }.merging(unions) { $1 },
    ]

    let findings: ConfigFindings
    let overrides: SchedulingOverrides
    /// Values that environment variables give to parameters, by type and parameter.
    private let variables: [String: [String: EnvironmentParameter]]

    private(set) var settings: [EffectiveSetting] = []
    var kvCache: KVCacheParameters?
    var modelName: String?
    var outputTokensPerPromptToken: Double?
    /// Of the document of the KV cache's index.
    var tierWeights: TierWeights?
    /// Of the first plug-in that says where endpoints are.
    var topology: Topology?

    /// What was made already of the plug-ins that are being made.
    private(set) var made: [String: Plugin] = [:]
    private var types: [String: String] = [:]
    /// By type.
    private var unlisted: [String: Plugin] = [:]

    init(
        _ findings: ConfigFindings,
        overrides: SchedulingOverrides,
        variables: [String: [String: EnvironmentParameter]] = [:]
    ) {
        self.findings = findings
        self.overrides = overrides
        self.variables = variables
    }

    func make(_ specs: [PluginSpec]) -> PluginSet {
        made = [:]
        types = Dictionary(specs.map { ($0.name, $0.type) }) { first, _ in first }
        for makers in Self.stages {
            for spec in specs where made[spec.name] == nil {
                if let maker = makers[spec.type] { made[spec.name] = make(spec, by: maker) }
            }
        }
        var set = PluginSet()
        for spec in specs where !set.insert(made[spec.name] ?? unknown(spec)) {
            findings.problem(
                "\(spec.path).name: expected a name of its own, found \"\(spec.name.forMessages)\" "
                    + "again (line \(spec.line))"
            )
        }
        return set
    }

    /// One that nobody lists, with what the environment says of its type. There is one of each type:
    /// what it says of itself is said once.
    func plugin(ofType type: String) -> Plugin {
        if let plugin = unlisted[type] { return plugin }
        let spec = PluginSpec(type: type)
        let maker = Self.stages.lazy.compactMap { $0[type] }.first
        let plugin = maker.map { make(spec, by: $0) } ?? Plugin(spec)
        unlisted[type] = plugin
        return plugin
    }

    /// The type of the plug-in that a parameter names. A type stands for itself: llm-d makes
    /// plug-ins that nobody lists.
    func type(ofPluginNamed name: String) -> String { types[name] ?? name }

    private func make(_ spec: PluginSpec, by maker: Maker) -> Plugin {
        var plugin = Plugin(spec)
        let variables = (variables[spec.type] ?? [:]).merging(spec.variables) { $1 }
        let parameters = spec.parameters.merged(with: variables)
        ConfigSection.read(parameters, at: spec.parametersPath, findings: findings) { section in
            var parameters = PluginParameters(
                section,
                of: "plugins.\(spec.name.nameForMessages)",
                variables: variables.mapValues(\.variable)
            )
            maker(&parameters, &plugin, self)
            parameters.withSection { section = $0 }
            settings += parameters.settings
        }
        return plugin
    }

    private func unknown(_ spec: PluginSpec) -> Plugin {
        var plugin = Plugin(spec)
        plugin.isUnsupported = true
        let place = "\(spec.path).type"
        let found = "\"\(spec.type.forMessages)\" (line \(spec.line))"
        if let instead = Self.substitute(for: spec.type) {
            findings.mistake("\(place): \(found) is not supported: \(instead)")
        } else {
            let nearest = nearestName(to: spec.type, among: Self.types)
            let suggestion = nearest.map { "; did you mean `\($0)`?" } ?? ""
            findings.problem(
                "\(place): expected the type of a plug-in, found \(found)\(suggestion)"
            )
        }
        return plugin
    }

    /// Every type that has an effect, or is known to have none.
    static var types: Set<String> {
        Set(stages.flatMap(\.keys)).union(unsupported.keys)
    }
}

/// What an environment variable says of a parameter.
struct EnvironmentParameter {
    let variable: String
    /// As a document would write it. Within what the parameter accepts.
    let value: YAMLNode

    init(_ variable: String, _ text: String) {
        self.variable = variable
        value = .scalar(text, isQuoted: false, line: 0)
    }
}

extension YAMLNode {
    /// A mapping with those fields in place of its own.
    fileprivate func merged(with variables: [String: EnvironmentParameter]) -> YAMLNode {
        var fields: [YAMLField] = []
        switch self {
        case .mapping(let own, _): fields = own
        case _ where isNull: break
        default: return self
        }
        fields.removeAll { variables[$0.key] != nil }
        for (key, parameter) in variables.sorted(by: { $0.key < $1.key }) {
            fields.append(YAMLField(key: key, line: 0, value: parameter.value))
        }
        return .mapping(fields, line: line)
    }
}
