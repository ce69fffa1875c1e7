/// A YAML text as a tree. Every node knows its line, so that an error can name it.
package indirect enum YAMLNode: Equatable, Sendable {
    case scalar(String, isPlain: Bool, line: Int)
    case sequence([YAMLNode], line: Int)
    /// In the order of the text; keys are scalars and differ from each other.
    case mapping([Entry], line: Int)

    package struct Entry: Equatable, Sendable {
        package let key: String
        package let line: Int
        package let value: YAMLNode
    }

    package var line: Int {
        switch self {
        case .scalar(_, _, let line), .sequence(_, let line), .mapping(_, let line): line
        }
    }

    /// The elements of a list.
    package func elements() throws(YAMLError) -> [YAMLNode] {
        guard case .sequence(let elements, _) = self else { throw mismatch("a list") }
        return elements
    }

    /// The entries of a mapping, none of whose keys may be unknown.
    package func entries(of known: [String]) throws(YAMLError) -> [String: YAMLNode] {
        guard case .mapping(let entries, _) = self else { throw mismatch("a mapping") }
        var values: [String: YAMLNode] = [:]
        for entry in entries {
            guard known.contains(entry.key) else {
                let list = known.joined(separator: ", ")
                throw YAMLError(
                    line: entry.line,
                    problem: "unknown key \"\(entry.key)\"; known are \(list)"
                )
            }
            values[entry.key] = entry.value
        }
        return values
    }

    /// A scalar's text. Nothing, or a list or mapping, is not a text.
    package func text() throws(YAMLError) -> String {
        guard case .scalar(let text, let isPlain, _) = self,
            !isPlain || !["", "~", "null"].contains(text)
        else { throw mismatch("a text") }
        return text
    }

    private func mismatch(_ expected: String) -> YAMLError {
        let found =
            switch self {
            case .scalar(let text, _, _): text.isEmpty ? "nothing" : "\"\(text)\""
            case .sequence: "a list"
            case .mapping: "a mapping"
            }
        return YAMLError(line: line, problem: "expected \(expected), found \(found)")
    }
}
