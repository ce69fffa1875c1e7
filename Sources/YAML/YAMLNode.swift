/// A YAML text as a tree. Every node knows its line, so that an error can name it.
package indirect enum YAMLNode: Equatable, Sendable {
    /// What is quoted is a string, whatever it looks like; what is not may be a number too.
    case scalar(String, isQuoted: Bool, line: Int)
    case sequence([YAMLNode], line: Int)
    /// In the order of the text. No key occurs twice.
    case mapping([YAMLField], line: Int)

    package var line: Int {
        switch self {
        case .scalar(_, _, let line), .sequence(_, let line), .mapping(_, let line): line
        }
    }

    /// Nothing was written, or `null`.
    package var isNull: Bool {
        guard case .scalar(let text, isQuoted: false, _) = self else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }
}

/// One entry of a mapping.
package struct YAMLField: Equatable, Sendable {
    package let key: String
    /// Of the key; the value may begin on a later one.
    package let line: Int
    package let value: YAMLNode

    package init(key: String, line: Int, value: YAMLNode) {
        self.key = key
        self.line = line
        self.value = value
    }
}
