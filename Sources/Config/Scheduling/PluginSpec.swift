import YAML

/// A plug-in as a source of configuration asks for it.
struct PluginSpec {
    /// What references call it.
    let name: String
    let type: String
    /// Where it stands: `plugins[3]`.
    let path: String
    /// Of its type. 0: no document has it.
    var line = 0
    /// A mapping, or nothing.
    var parameters = YAMLNode.scalar("", isQuoted: false, line: 0)
    /// Where they stand.
    let parametersPath: String
    /// What the environment says of them.
    var variables: [String: EnvironmentParameter] = [:]

    /// One that no document has.
    ///
    /// - Parameter parameters: as a document would write them.
    init(type: String, parameters: [String: String] = [:]) {
        self.init(name: type, type: type, path: type, parametersPath: type)
        let fields = parameters.sorted { $0.key < $1.key }.map { key, text in
            YAMLField(key: key, line: 0, value: .scalar(text, isQuoted: false, line: 0))
        }
        self.parameters = .mapping(fields, line: 0)
    }

    init(name: String, type: String, path: String, parametersPath: String) {
        self.name = name
        self.type = type
        self.path = path
        self.parametersPath = parametersPath
    }
}

/// A profile as a source of configuration asks for it.
struct ProfileSpec {
    let name: String
    /// Where it stands: `schedulingProfiles[0]`.
    let path: String
    let origin: SettingOrigin
    var references: [PluginReference] = []

    /// One that no document has.
    init(_ name: String, _ types: [String], origin: SettingOrigin) {
        self.init(name: name, path: name, origin: origin)
        references = types.map { PluginReference(name: $0, path: name, line: 0) }
    }

    init(name: String, path: String, origin: SettingOrigin) {
        self.name = name
        self.path = path
        self.origin = origin
    }
}

/// A plug-in's part in a profile.
struct PluginReference {
    let name: String
    /// Nil: nothing is said.
    var weight: Double?
    var weightOrigin = SettingOrigin.default
    /// Where it stands.
    let path: String
    let line: Int
}
