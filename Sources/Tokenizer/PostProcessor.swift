import JSON

/// What is put around the tokens of a text, if special tokens are asked for.
struct PostProcessor {
    private(set) var prefix: [UInt32] = []
    private(set) var suffix: [UInt32] = []

    /// Reads `post_processor`. ByteLevel only changes offsets.
    init(_ value: JSONValue?) throws(TokenizerError) {
        guard let value, value.kind != .null else { return }
        switch value["type"]?.string {
        case "ByteLevel": return
        case "TemplateProcessing": try apply(value)
        case "Sequence":
            var steps: [JSONValue] = []
            value["processors"]?.forEachElement { steps.append($0) }
            steps.removeAll { $0["type"]?.string == "ByteLevel" }
            for step in steps where step["type"]?.string != "TemplateProcessing" {
                throw Self.unsupported(step)
            }
            guard steps.count <= 1 else {
                throw .unsupported(
                    part: "post_processor",
                    found: "\(steps.count) TemplateProcessing",
                    expected: "one"
                )
            }
            for step in steps { try apply(step) }
        default: throw Self.unsupported(value)
        }
    }

    private static func unsupported(_ value: JSONValue) -> TokenizerError {
        .unsupported(
            part: "post_processor",
            found: value.summary,
            expected: "ByteLevel, TemplateProcessing, or a Sequence of them"
        )
    }

    /// Reads the template for one text: tokens, the text, tokens.
    private mutating func apply(_ template: JSONValue) throws(TokenizerError) {
        let part = "post_processor TemplateProcessing"
        var textCount = 0
        try template["single"]?.forEachElement { (piece) throws(TokenizerError) in
            if let name = piece["SpecialToken"]?["id"]?.bytes {
                let ids = try Self.ids(of: name, in: template["special_tokens"])
                if textCount == 0 { prefix += ids } else { suffix += ids }
            } else if piece["Sequence"]?["id"]?.string == "A" {
                textCount += 1
            } else {
                throw .unsupported(part: part, found: "another piece", expected: "a token or A")
            }
        }
        guard textCount == 1 else {
            throw .unsupported(part: part, found: "A \(textCount) times", expected: "A once")
        }
    }

    private static func ids(
        of name: [UInt8],
        in specialTokens: JSONValue?
    ) throws(TokenizerError) -> [UInt32] {
        var found: JSONValue?
        specialTokens?.forEachField { key, value in
            if key.count == name.count,
                key.equals(name.span, from: 0, start: 0, count: name.count)
            {
                found = value
            }
        }
        var ids: [UInt32] = []
        try found?["ids"]?.forEachElement { (value) throws(TokenizerError) in
            guard let id = value.int.flatMap(UInt32.init(exactly:)) else {
                throw .malformed(part: "post_processor", reason: "an id is not a token's")
            }
            ids.append(id)
        }
        guard !ids.isEmpty else {
            throw .malformed(
                part: "post_processor",
                reason: "\(String(decoding: name, as: UTF8.self)) has no ids"
            )
        }
        return ids
    }
}
