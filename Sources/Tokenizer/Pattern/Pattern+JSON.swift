import JSON

extension Pattern {
    /// Reads `{"String": …}` or `{"Regex": …}`.
    init(_ json: JSONValue?, of part: String) throws(TokenizerError) {
        if let literal = json?["String"]?.bytes {
            self.init(literal: literal)
            return
        }
        guard let regex = json?["Regex"]?.string else {
            throw .malformed(part: part, reason: "pattern is no String and no Regex")
        }
        do throws(PatternError) { try self.init(regex: regex) } catch {
            throw .unsupported(
                part: "\(part) pattern",
                found: "\"\(regex)\": \(error)",
                expected: "a pattern that can be matched in linear time"
            )
        }
    }
}
