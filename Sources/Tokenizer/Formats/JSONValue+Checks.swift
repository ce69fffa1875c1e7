import JSON

extension JSONValue {
    /// What an error message shows of a value.
    var summary: String {
        switch kind {
        case .null: "null"
        case .bool: bool == true ? "true" : "false"
        case .number: int.map(String.init) ?? double.map { "\($0)" } ?? "a number"
        case .string: "\"\(string ?? "")\""
        case .array: "an array"
        case .object: self["type"]?.string ?? "an object"
        }
    }

    /// A flag that must be there: HF tokenizers has no default for it either.
    func flag(_ key: StaticString, of part: String) throws(TokenizerError) -> Bool {
        guard let value = self[key]?.bool else {
            throw .malformed(part: part, reason: "\(key) is not true or false")
        }
        return value
    }

    /// A flag that is off if it is missing.
    func optionalFlag(_ key: StaticString, of part: String) throws(TokenizerError) -> Bool {
        guard let value = self[key], value.kind != .null else { return false }
        return try flag(key, of: part)
    }

    /// A text, nil if it is missing or null.
    func optionalBytes(_ key: StaticString, of part: String) throws(TokenizerError) -> [UInt8]? {
        guard let value = self[key], value.kind != .null else { return nil }
        guard let bytes = value.bytes else {
            throw .malformed(part: part, reason: "\(key) is not a text")
        }
        return bytes
    }
}

extension JSONValue? {
    /// Throws unless the value is missing or null.
    func requireNone(_ part: String) throws(TokenizerError) {
        guard let self, self.kind != .null else { return }
        throw .unsupported(part: part, found: self.summary, expected: "null")
    }

    /// Throws unless the flag is missing or has this value.
    func require(_ expected: Bool, _ part: String) throws(TokenizerError) {
        guard let self, self.bool != expected else { return }
        throw .unsupported(part: part, found: self.summary, expected: "\(expected)")
    }
}

extension Span<UInt8> {
    /// The bytes as text, for messages.
    var text: String { String(decoding: indices.map { self[$0] }, as: UTF8.self) }
}
