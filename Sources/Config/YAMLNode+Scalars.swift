import YAML

/// Values as JSON types them, in either notation: what is quoted is a string, and only that or
/// what is no number, truth value or null is one.
extension YAMLNode {
    var wholeNumber: Int? { try? int }

    var number: Double? { try? double }

    var truth: Bool? { try? bool }

    var text: String? {
        guard case .scalar(let text, let isQuoted, _) = self else { return nil }
        return isQuoted || (number == nil && truth == nil && !isNull) ? text : nil
    }

    /// For messages: a scalar as it was written, of anything else its kind alone.
    var found: String {
        switch self {
        case .scalar(let text, let isQuoted, _):
            isQuoted ? "\"\(text.forMessages)\"" : text.forMessages
        case .sequence(let items, _): "a list of \(items.count)"
        case .mapping: kind
        }
    }

    var kind: String {
        switch self {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar where text != nil: "a string"
        case .scalar where truth != nil: "true or false"
        case .scalar: "a number"
        }
    }
}

extension String {
    /// Short, on one line, and without the secrets that addresses can hold.
    var forMessages: String { onOneLine(countMax: 60) }

    /// On one line, cut after so many characters, and without the secrets that addresses can hold.
    func onOneLine(countMax: Int) -> String {
        let shown = withoutCredentials.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? "\u{FFFD}" : Character(scalar)
        }
        return shown.count <= countMax ? String(shown) : String(shown.prefix(countMax)) + "…"
    }

    /// As far as it looks like a name: a slip of the pen makes a value part of one.
    var nameForMessages: String {
        let isName: (Character) -> Bool = { character in
            character.isASCII && (character.isLetter || character.isNumber)
                || "_-./".contains(character)
        }
        let name = prefix(60).prefix(while: isName)
        return name.endIndex == endIndex ? String(name) : name + "…"
    }

    /// An address, its user and password left out: `redis://***@host:6379`.
    var withoutCredentials: String {
        guard let end = lastIndex(of: "@") else { return self }
        let scheme = firstRange(of: "://").map { self[..<$0.upperBound] } ?? ""
        return scheme + "***" + self[end...]
    }
}
