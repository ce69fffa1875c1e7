import JSON

/// A token that is found in the text as it stands, before words are split.
struct AddedToken: Sendable, Equatable {
    var content: [UInt8]
    var id: UInt32 = 0
    /// Matches only where no word character touches it.
    var singleWord = false
    /// Takes all whitespace to its left.
    var lstrip = false
    /// Takes all whitespace to its right.
    var rstrip = false
    /// Matched in a second pass, by its normalized content in normalized text.
    var normalized = false
    /// Searched before all that are not; nothing else hangs on it.
    var special = false
}

extension AddedToken {
    /// Reads everything but the id. Flags that are missing where they are not required are off,
    /// but tokens that are not special are normalized.
    init(_ value: JSONValue, of part: String, requiresFlags: Bool) throws(TokenizerError) {
        guard let content = value["content"]?.bytes else {
            throw .malformed(part: part, reason: "a token has no content")
        }
        self.init(content: content)
        let flags: [(StaticString, WritableKeyPath<AddedToken, Bool>)] = [
            ("single_word", \.singleWord), ("lstrip", \.lstrip), ("rstrip", \.rstrip),
            ("normalized", \.normalized), ("special", \.special),
        ]
        for (name, flag) in flags {
            self[keyPath: flag] =
                requiresFlags
                ? try value.flag(name, of: part) : try value.optionalFlag(name, of: part)
        }
        if !requiresFlags, value["normalized"] == nil { normalized = !special }
    }
}
