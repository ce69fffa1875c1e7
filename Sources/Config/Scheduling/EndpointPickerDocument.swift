import YAML

/// llm-d's and the Gateway API's `EndpointPickerConfig`, of every version.
extension SchedulingDraft {
    private static let versions = [
        "llm-d.ai/v1alpha1", "llm-d.ai/v1", "inference.networking.x-k8s.io/v1alpha1",
        "inference.networking.k8s.io/v1alpha1", "inference.networking.k8s.io/v1",
    ]

    mutating func readEndpointPicker(_ root: inout ConfigSection) {
        readIdentity(&root)
        let gates = readFeatureGates(&root)
        var specs = readPlugins(&root)
        // A plug-in beside the list, before llm-d 0.4.
        if let node = root.field("profileHandler") {
            specs += plugin(node, at: "profileHandler").map { [$0] } ?? []
        }
        plugins = factory.make(specs)
        profiles = readProfiles(&root)
        profilesLine = root.line(of: "schedulingProfiles") ?? 0
        origin = .file(line: root.line(of: "plugins") ?? 1)
        let parts = plugins.plugins.filter(\.isPartOfProfiles)
        if profiles.isEmpty, !parts.isEmpty {
            var profile = ProfileSpec(name: "default", path: "plugins", origin: .default)
            profile.references = parts.map {
                PluginReference(name: $0.name, path: $0.path, line: $0.line)
            }
            profiles = [profile]
        }
        flowControl.plugins = plugins
        flowControl.isEnabled = gates["flowControl"] ?? false
        readFlowControl(&root)
        readOthers(&root)
        if profiles.isEmpty {
            findings.note("no plug-in has a part in scheduling: the standard policy is used")
        }
    }

    private func readIdentity(_ root: inout ConfigSection) {
        if let node = root.field("apiVersion"), !Self.versions.contains(node.text ?? "") {
            let list = Self.versions.prefix(3).joined(separator: ", ")
            findings.mistake(
                "apiVersion: expected one of \(list), found \(node.found) (line \(node.line))"
            )
        }
        if let node = root.field("kind"), node.text != "EndpointPickerConfig" {
            root.refuse("kind", node, expected: "EndpointPickerConfig")
        }
        _ = root.field("metadata")
    }

    /// Gates that decide on nothing here: what they gate is done.
    private static let settledGates: Set = [
        "haPopulateNonLeaderDatastore", "dataLayer", "enableLegacyMetrics", "prepareDataPlugins",
    ]

    /// `NAME`, `NAME=true`, `NAME=false`.
    private mutating func readFeatureGates(_ root: inout ConfigSection) -> [String: Bool] {
        var texts: [String] = []
        root.read("featureGates", countMax: 64, into: &texts)
        var gates: [String: Bool] = [:]
        for (index, text) in texts.enumerated() {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            let name = parts.first ?? ""
            let place = "featureGates[\(index)]"
            switch parts.count < 2 ? "true" : parts[1].lowercased() {
            case "true": gates[name] = true
            case "false": gates[name] = false
            default:
                findings.problem(
                    "\(place): expected NAME=true or NAME=false, found \"\(text.forMessages)\" "
                        + "(line \(root.line(of: "featureGates") ?? 1))"
                )
            }
            if Self.settledGates.contains(name) {
                findings.note("\(place): \(name) decides on nothing here")
            } else if name != "flowControl" {
                findings.mistake(
                    "\(place): \"\(name.forMessages)\" is no gate that has an effect "
                        + "(line \(root.line(of: "featureGates") ?? 1))"
                )
            }
        }
        settings.append(
            EffectiveSetting(
                path: "featureGates.flowControl",
                value: "\(gates["flowControl"] ?? false)",
                origin: gates["flowControl"] == nil
                    ? .default : .file(line: root.line(of: "featureGates") ?? 1)
            )
        )
        return gates
    }

    private func readPlugins(_ root: inout ConfigSection) -> [PluginSpec] {
        guard let node = root.field("plugins") else { return [] }
        guard case .sequence(let items, _) = node, items.count <= Self.pluginsMax else {
            root.refuse("plugins", node, expected: "a list of at most \(Self.pluginsMax) plug-ins")
            return []
        }
        return items.enumerated().compactMap { index, item in
            plugin(item, at: "plugins[\(index)]")
        }
    }

    private static let pluginsMax = 256

    private func plugin(_ node: YAMLNode, at path: String) -> PluginSpec? {
        var spec: PluginSpec?
        ConfigSection.read(node, at: path, findings: findings) { section in
            var (name, type) = (String?.none, String?.none)
            section.read("type", into: &type)
            section.read("name", into: &name)
            let parameters = section.field("parameters")
            guard let type else {
                return section.refuse("type", expected: "a type")
            }
            var read = PluginSpec(
                name: name ?? type,
                type: type,
                path: path,
                parametersPath: "\(path).parameters"
            )
            read.line = section.line(of: "type") ?? node.line
            if let parameters { read.parameters = parameters }
            spec = read
        }
        return spec
    }

    private func readProfiles(_ root: inout ConfigSection) -> [ProfileSpec] {
        var profiles: [ProfileSpec] = []
        let line = root.line(of: "schedulingProfiles") ?? 1
        root.sections("schedulingProfiles", countMax: 32) { section in
            var name: String?
            section.read("name", into: &name)
            if name == nil { section.refuse("name", expected: "a name") }
            var profile = ProfileSpec(
                name: name ?? section.path,
                path: section.path,
                origin: .file(line: section.line(of: "plugins") ?? line)
            )
            section.sections("plugins", countMax: Self.pluginsMax) {
                if let reference = readReference(&$0) { profile.references.append(reference) }
            }
            profiles.append(profile)
        }
        return profiles
    }

    private func readReference(_ section: inout ConfigSection) -> PluginReference? {
        let path = section.path(of: "pluginRef")
        var name: String?
        section.read("pluginRef", into: &name)
        let weight = section.readWeight()
        guard let name else {
            section.refuse("pluginRef", expected: "the name of an entry of plugins")
            return nil
        }
        var reference = PluginReference(
            name: name,
            path: path,
            line: section.line(of: "pluginRef") ?? 0
        )
        reference.weight = weight
        reference.weightOrigin = .file(line: section.line(of: "weight") ?? 0)
        return reference
    }
}

extension ConfigSection {
    /// Nil if none is said.
    mutating func readWeight() -> Double? {
        guard contains("weight") else { return nil }
        var weight = 1.0
        read("weight", 0...1_000_000, into: &weight)
        return weight
    }
}
