/// Typed access. What is of another type is an error that names the line.
extension YAMLNode {
    package var string: String {
        get throws(YAMLError) {
            guard case .scalar(let text, _, _) = self, !isNull else { throw expected("a string") }
            return text
        }
    }

    package var int: Int {
        get throws(YAMLError) {
            guard case .scalar(let text, isQuoted: false, _) = self, let value = Int(text) else {
                throw expected("a whole number")
            }
            return value
        }
    }

    package var double: Double {
        get throws(YAMLError) {
            // Only digits: `Double` would read `nan`, `infinity` and hexadecimal as well.
            guard case .scalar(let text, isQuoted: false, _) = self,
                text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }),
                let value = Double(text), value.isFinite
            else { throw expected("a number") }
            return value
        }
    }

    package var bool: Bool {
        get throws(YAMLError) {
            guard case .scalar(let text, isQuoted: false, _) = self else {
                throw expected("true or false")
            }
            switch text {
            case "true", "True", "TRUE": return true
            case "false", "False", "FALSE": return false
            default: throw expected("true or false")
            }
        }
    }

    /// Nothing written counts as an empty list.
    package var items: [YAMLNode] {
        get throws(YAMLError) {
            if isNull { return [] }
            guard case .sequence(let items, _) = self else { throw expected("a list") }
            return items
        }
    }

    package var fields: [YAMLField] {
        get throws(YAMLError) {
            guard case .mapping(let fields, _) = self else { throw expected("a mapping") }
            return fields
        }
    }

    /// The value of `key`. Nil if this is no mapping, or has no such key, or nothing is written.
    package subscript(key: String) -> YAMLNode? {
        guard case .mapping(let fields, _) = self,
            let value = fields.first(where: { $0.key == key })?.value, !value.isNull
        else { return nil }
        return value
    }

    /// The value of a key that must be there.
    package func required(_ key: String) throws(YAMLError) -> YAMLNode {
        guard let value = self[key] else {
            throw YAMLError(line: line, reason: "the key `\(key)` is missing")
        }
        return value
    }

    /// Refuses anything but a mapping of these keys: a misspelled key must not pass in silence.
    package func requireKeys(among known: [String]) throws(YAMLError) {
        for field in try fields where !known.contains(field.key) {
            let names = known.map { "`\($0)`" }.joined(separator: ", ")
            throw YAMLError(
                line: field.line,
                reason: "unknown key `\(field.key)`; known keys are \(names)"
            )
        }
    }

    package func expected(_ what: String) -> YAMLError {
        YAMLError(line: line, reason: "expected \(what), found \(summary)")
    }

    private var summary: String {
        switch self {
        case _ where isNull: "nothing"
        case .scalar(let text, _, _): text.count <= 40 ? "`\(text)`" : "`\(text.prefix(40))…`"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
