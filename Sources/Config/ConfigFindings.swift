import YAML

/// Collects what is found while a document is read, so that one reading tells everything.
final class ConfigFindings {
    /// Of each sort; what is beyond is counted alone. Bounds what a wrong file can log.
    static let countMax = 64

    /// Whether what looks like a mistake is an error.
    let isStrict: Bool
    private var problems: [String] = []
    private var problemCount = 0
    private(set) var remarks = ConfigRemarks()

    init(isStrict: Bool = false) { self.isStrict = isStrict }

    /// Whether nothing was found that is an error.
    var isFaultless: Bool { problemCount == 0 }

    func problem(_ text: String) {
        problemCount += 1
        if problems.count < Self.countMax { problems.append(text) }
    }

    func refuse(_ node: YAMLNode, at path: String, expected: String) {
        problem("\(path): expected \(expected), found \(node.found) (line \(node.line))")
    }

    /// Whether another warning would be kept: a suggestion is work.
    var takesWarnings: Bool {
        isStrict ? problems.count < Self.countMax : remarks.warnings.count < Self.countMax
    }

    func warn(_ text: String) {
        if remarks.warnings.count < Self.countMax { remarks.warnings.append(text) }
    }

    /// What has no effect, and was surely meant to have one.
    func mistake(_ text: String) {
        if isStrict { problem(text) } else { warn(text) }
    }

    func note(_ text: String) {
        if remarks.notes.count < Self.countMax { remarks.notes.append(text) }
    }

    func throwProblems() throws(ConfigError) {
        guard problemCount > 0 else { return }
        let unnamed = problemCount - problems.count
        throw ConfigError(problems: problems + (unnamed > 0 ? ["and \(unnamed) more"] : []))
    }
}
