import YAML

/// The parameters of one plug-in. What an environment variable says outweighs the document, and
/// every value that is read is written down with its origin.
struct PluginParameters {
    private var section: ConfigSection
    private let name: String
    /// By parameter: the environment variable whose value it has.
    private let variables: [String: String]
    private(set) var settings: [EffectiveSetting] = []

    init(_ section: ConfigSection, of name: String, variables: [String: String] = [:]) {
        self.section = section
        self.name = name
        self.variables = variables
    }

    var findings: ConfigFindings { section.findings }
    var path: String { section.path }

    func contains(_ key: String) -> Bool { section.contains(key) }
    func path(of key: String) -> String { section.path(of: key) }

    /// Of a parameter, or, if it is not there, of all of them.
    func line(of key: String) -> Int { section.line(of: key) ?? section.line }

    mutating func node(_ key: String) -> YAMLNode? { section.field(key) }

    mutating func read(_ key: String, _ range: ClosedRange<Int>, or value: Int) -> Int {
        var value = value
        section.read(key, range, into: &value)
        return recorded(key, value)
    }

    mutating func read(_ key: String, _ range: ClosedRange<Double>, or value: Double) -> Double {
        var value = value
        section.read(key, range, into: &value)
        return recorded(key, value)
    }

    mutating func read(_ key: String, or value: Bool) -> Bool {
        var value = value
        section.read(key, into: &value)
        return recorded(key, value)
    }

    /// A text, of which an empty one says as little as none.
    mutating func read(_ key: String, or value: String) -> String {
        read(key) ?? recorded(key, value)
    }

    mutating func read(_ key: String) -> String? {
        var value: String?
        section.read(key, into: &value)
        return value.map { recorded(key, $0) }
    }

    mutating func read<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        or value: Word
    ) -> Word {
        var value = value
        section.read(key, into: &value)
        _ = recorded(key, value.rawValue)
        return value
    }

    mutating func read(
        _ key: String,
        _ range: ClosedRange<Duration>,
        or value: Duration
    ) -> Duration {
        var value = value
        section.read(key, range, into: &value)
        _ = recorded(key, value.goText)
        return value
    }

    /// Raises what is below `floor`, and says so.
    mutating func read(
        _ key: String,
        _ range: ClosedRange<Duration>,
        atLeast floor: Duration,
        because reason: String
    ) -> Duration {
        var value = floor
        section.read(key, range, into: &value)
        if value < floor {
            let place = "\(path(of: key)): \(value.goText)"
            findings.note("\(place) is raised to \(floor.goText): \(reason) (\(origin(of: key)))")
            value = floor
        }
        _ = recorded(key, value.goText)
        return value
    }

    mutating func read(_ key: String, countMax: Int) -> [String] {
        var value: [String] = []
        section.read(key, countMax: countMax, into: &value)
        return recorded(key, value)
    }

    mutating func read(_ key: String, countMax: Int) -> [String: String] {
        var value: [String: String] = [:]
        section.read(key, countMax: countMax, into: &value)
        let fields = value.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        _ = recorded(key, "{\(fields.joined(separator: ", "))}")
        return value
    }

    /// A mapping inside the parameters. If nothing is written, its fields have their defaults.
    mutating func section(_ key: String, _ body: (inout PluginParameters) -> Void) {
        let node = section.field(key) ?? .scalar("", isQuoted: false, line: section.line)
        let path = "\(name).\(key)"
        var inner: [EffectiveSetting] = []
        ConfigSection.read(node, at: section.path(of: key), findings: findings) { section in
            var parameters = PluginParameters(section, of: path)
            body(&parameters)
            section = parameters.section
            inner = parameters.settings
        }
        settings += inner
    }

    mutating func sections(
        _ key: String,
        countMax: Int,
        _ body: (inout PluginParameters) -> Void
    ) {
        let path = "\(name).\(key)"
        var place = 0
        var inner: [EffectiveSetting] = []
        section.sections(key, countMax: countMax) { section in
            var parameters = PluginParameters(section, of: "\(path)[\(place)]")
            place += 1
            body(&parameters)
            section = parameters.section
            inner += parameters.settings
        }
        settings += inner
    }

    /// Hands the whole mapping to a reader of its own.
    mutating func withSection(_ body: (inout ConfigSection) -> Void) { body(&section) }

    /// Accepts what makes no difference here, and says so.
    mutating func ignore(_ keys: String..., because reason: String) {
        for key in keys where section.field(key) != nil {
            findings.note("\(path(of: key)) has no effect: \(reason)")
        }
    }

    /// Accepts what would make a difference if it were followed, and says that it is not. What is
    /// `false` asks for nothing.
    mutating func lose(_ keys: String..., because reason: String) {
        for key in keys {
            guard let node = section.field(key), node.truth != false else { continue }
            findings.mistake(
                "\(path(of: key)) is not followed: \(reason) (line \(node.line))"
            )
        }
    }

    mutating func ignoreAll(because reason: String) {
        if section.acceptAll() { findings.note("\(path) has no effect: \(reason)") }
    }

    func refuse(_ key: String, expected: String) { section.refuse(key, expected: expected) }
    func refuse(expected: String, found: String) {
        section.refuse(expected: expected, found: found)
    }

    func refuse(_ key: String, _ node: YAMLNode, expected: String) {
        section.refuse(key, node, expected: expected)
    }

    private func origin(of key: String) -> SettingOrigin {
        if let variable = variables[key] { return .environment(variable) }
        guard let line = section.line(of: key), line > 0 else { return .default }
        return .file(line: line)
    }

    private mutating func recorded<Value>(_ key: String, _ value: Value) -> Value {
        settings.append(
            EffectiveSetting(path: "\(name).\(key)", value: "\(value)", origin: origin(of: key))
        )
        return value
    }
}
