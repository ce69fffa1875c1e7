import YAML

/// A scheduler profile in the manner of Kubernetes' scheduler: `profiles`, each with plug-ins that
/// are enabled at a stage. Told apart by that key.
extension SchedulingDraft {
    private static let stages = [
        "preFilter", "filter", "preScore", "score", "pick", "picker", "profileHandler",
    ]

    mutating func readProfileDocument(_ root: inout ConfigSection) {
        _ = root.field("apiVersion")
        _ = root.field("kind")
        let line = root.line(of: "profiles") ?? 1
        var specs: [PluginSpec] = []
        var read: [ProfileSpec] = []
        root.sections("profiles", countMax: 32) { section in
            var name: String?
            section.read("name", into: &name)
            if name == nil { section.refuse("name", expected: "a name") }
            var profile = ProfileSpec(
                name: name ?? section.path,
                path: section.path,
                origin: .file(line: section.line(of: "plugins") ?? line)
            )
            section.section("plugins") { plugins in
                for stage in Self.stages {
                    plugins.section(stage) { readStage(&$0, into: &profile, &specs) }
                }
            }
            read.append(profile)
        }
        let names = read.map(\.name)
        if let handler = Self.handler(for: names), !specs.contains(where: Self.isHandler) {
            specs.append(handler)
        }
        use(specs, read, origin: .file(line: line))
        standardWeight = 100
        impliesRoles = true
    }

    /// Phases by their names; other profiles are chosen by a header.
    private static func handler(for names: [String]) -> PluginSpec? {
        if names.contains("decode"), names.contains("prefill") {
            return PluginSpec(type: "pd-profile-handler", parameters: ["threshold": "100"])
        }
        guard names.count > 1, let first = names.first else { return nil }
        return PluginSpec(type: "header-profile-handler", parameters: ["defaultProfile": first])
    }

    private static func isHandler(_ spec: PluginSpec) -> Bool {
        PluginFactory.handlers[spec.type] != nil
    }

    private func readStage(
        _ section: inout ConfigSection,
        into profile: inout ProfileSpec,
        _ specs: inout [PluginSpec]
    ) {
        let path = section.path(of: "enabled")
        var place = 0
        section.sections("enabled", countMax: 64) { item in
            defer { place += 1 }
            var name: String?
            item.read("name", into: &name)
            let weight = item.readWeight()
            let arguments = item.field("args")
            guard let name else {
                return item.refuse("name", expected: "the type of a plug-in")
            }
            // Two profiles may have one type with arguments of its own each.
            let isKnown = specs.contains { $0.name == name }
            var spec = PluginSpec(
                name: isKnown ? "\(profile.name)/\(name)" : name,
                type: name,
                path: "\(path)[\(place)]",
                parametersPath: "\(path)[\(place)].args"
            )
            spec.line = item.line(of: "name") ?? 0
            if let arguments { spec.parameters = arguments }
            specs.append(spec)
            var reference = PluginReference(name: spec.name, path: spec.path, line: spec.line)
            reference.weight = weight
            reference.weightOrigin = .file(line: item.line(of: "weight") ?? 0)
            if !Self.isHandler(spec) { profile.references.append(reference) }
        }
        section.sections("disabled", countMax: 64) { item in
            var name = ""
            item.read("name", into: &name)
            findings.note("\(item.path) has no effect: only what is enabled has a part")
        }
    }
}
