import JSON

/// What is put around the tokens of a text, if special tokens are asked for.
struct PostProcessor {
    private(set) var prefix: [UInt32] = []
    private(set) var suffix: [UInt32] = []

    init(prefix: [UInt32] = [], suffix: [UInt32] = []) {
        (self.prefix, self.suffix) = (prefix, suffix)
    }

    /// Reads `post_processor`. ByteLevel only changes offsets.
    init(_ value: JSONValue?) throws(TokenizerError) {
        guard let value, value.kind != .null else { return }
        var steps = [value]
        if value["type"]?.string == "Sequence" {
            steps = []
            value["processors"]?.forEachElement { steps.append($0) }
        }
        steps.removeAll { $0["type"]?.string == "ByteLevel" }
        guard steps.count <= 1 else {
            throw .unsupported(
                part: "post_processor",
                found: "a Sequence of \(steps.map(\.summary).joined(separator: ", "))",
                expected: "one that adds tokens"
            )
        }
        for step in steps {
            switch step["type"]?.string {
            case "TemplateProcessing": try apply(step)
            case "BertProcessing", "RobertaProcessing":
                prefix = [try Self.id(step["cls"])]
                suffix = [try Self.id(step["sep"])]
            default:
                throw .unsupported(
                    part: "post_processor",
                    found: step.summary,
                    expected: "ByteLevel, TemplateProcessing, BertProcessing, "
                        + "RobertaProcessing, or a Sequence of them"
                )
            }
        }
    }

    /// The id of `["[SEP]", 102]`.
    private static func id(_ pair: JSONValue?) throws(TokenizerError) -> UInt32 {
        var fields: [JSONValue] = []
        pair?.forEachElement { fields.append($0) }
        guard fields.count == 2, let id = fields[1].int.flatMap(UInt32.init(exactly:)) else {
            throw .malformed(part: "post_processor", reason: "sep or cls is not a token and its id")
        }
        return id
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
