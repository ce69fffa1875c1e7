import YAML

/// One mapping of a document, read field by field. Knows the names that it was asked for, so that
/// what is left over can be named.
struct ConfigSection {
    let path: String
    /// Where it begins.
    let line: Int
    let findings: ConfigFindings
    private let fields: [YAMLField]
    private var known: Set<String> = []

    /// Nil if `node` is no mapping. Nothing written counts as an empty one.
    init?(_ node: YAMLNode, at path: String, findings: ConfigFindings) {
        if node.isNull {
            fields = []
        } else if case .mapping(let fields, _) = node {
            self.fields = fields
        } else {
            // Of the kind alone: where a section belongs, some write an address with a password.
            findings.problem(
                "\(path.isEmpty ? "" : "\(path): ")expected a mapping, found "
                    + "\(node.kind) (line \(node.line))"
            )
            return nil
        }
        self.path = path
        line = node.line
        self.findings = findings
    }

    /// The value of a field, or nil if it is not there, or null: that leaves the default.
    mutating func field(_ key: String) -> YAMLNode? {
        known.insert(key)
        return fields.first { $0.key == key && !$0.value.isNull }?.value
    }

    /// Takes every field as known.
    ///
    /// - Returns: whether there is any.
    mutating func acceptAll() -> Bool {
        known.formUnion(fields.map(\.key))
        return fields.contains { !$0.value.isNull }
    }

    func contains(_ key: String) -> Bool {
        fields.contains { $0.key == key && !$0.value.isNull }
    }

    /// A mapping of those of the fields that are there.
    func node(of keys: [String]) -> YAMLNode {
        let some = fields.filter { keys.contains($0.key) }
        return .mapping(some, line: some.first?.line ?? 0)
    }

    /// Where a field is, if it is there.
    func line(of key: String) -> Int? {
        fields.first { $0.key == key && !$0.value.isNull }?.line
    }

    /// The first names in it.
    var keysForMessages: String {
        let names = fields.prefix(3).map(\.key.nameForMessages)
        return names.joined(separator: ", ") + (fields.count > 3 ? ", …" : "")
    }

    /// The names in the mapping of a field; nil if it is none.
    func nested(_ key: String) -> ConfigSection? {
        guard let value = fields.first(where: { $0.key == key })?.value,
            case .mapping = value
        else { return nil }
        return ConfigSection(value, at: path(of: key), findings: findings)
    }

    func path(of key: String) -> String {
        path.isEmpty ? key.nameForMessages : "\(path).\(key.nameForMessages)"
    }

    func refuse(_ key: String, _ node: YAMLNode, expected: String) {
        findings.refuse(node, at: path(of: key), expected: expected)
    }

    /// Refuses what a field is, or that it is not there.
    func refuse(_ key: String, expected: String) {
        let node = fields.first { $0.key == key && !$0.value.isNull }?.value
        guard let node else {
            return findings.problem(
                "\(path(of: key)): expected \(expected), found nothing (line \(line))"
            )
        }
        refuse(key, node, expected: expected)
    }

    /// Refuses how fields go together.
    func refuse(expected: String, found: String) {
        findings.problem("\(path): expected \(expected), found \(found) (line \(line))")
    }

    /// Reads the mapping of a field, if it is there.
    mutating func section(_ key: String, _ body: (inout ConfigSection) -> Void) {
        guard let node = field(key) else { return }
        Self.read(node, at: path(of: key), findings: findings, body)
    }

    /// Reads each mapping of a list, if it is there.
    mutating func sections(
        _ key: String,
        countMax: Int,
        _ body: (inout ConfigSection) -> Void
    ) {
        guard let node = field(key) else { return }
        guard case .sequence(let items, _) = node, items.count <= countMax else {
            return refuse(key, node, expected: "a list of at most \(countMax) mappings")
        }
        for (index, item) in items.enumerated() {
            Self.read(item, at: "\(path(of: key))[\(index)]", findings: findings, body)
        }
    }

    static func read(
        _ node: YAMLNode,
        at path: String,
        findings: ConfigFindings,
        _ body: (inout ConfigSection) -> Void
    ) {
        guard var section = ConfigSection(node, at: path, findings: findings) else { return }
        body(&section)
        section.warnOfUnknownFields()
    }

    private func warnOfUnknownFields() {
        for field in fields where !known.contains(field.key) {
            guard findings.takesWarnings else { return }
            let nearest = nearestName(to: field.key, among: known)
            let suggestion = nearest.map { "; did you mean `\($0)`?" } ?? ""
            findings.mistake(
                "\(path(of: field.key)) is not known and has no effect (line \(field.line))"
                    + suggestion
            )
        }
    }
}
