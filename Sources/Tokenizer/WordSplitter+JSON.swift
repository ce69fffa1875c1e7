import JSON

extension WordSplitter {
    /// Reads `pre_tokenizer`: a Split by a known pattern, then ByteLevel without a pattern.
    init(_ value: JSONValue?) throws(TokenizerError) {
        let part = "pre_tokenizer"
        guard let value, value["type"]?.string == "Sequence" else {
            throw .unsupported(
                part: part,
                found: value?.summary ?? "nothing",
                expected: "a Sequence of Split and ByteLevel"
            )
        }
        var steps: [JSONValue] = []
        value["pretokenizers"]?.forEachElement { steps.append($0) }
        guard steps.map({ $0["type"]?.string }) == ["Split", "ByteLevel"] else {
            throw .unsupported(
                part: part,
                found: "a Sequence of \(steps.map(\.summary).joined(separator: ", "))",
                expected: "a Sequence of Split, ByteLevel"
            )
        }
        try Self.checkByteLevel(steps[1])
        self = try Self.readSplit(steps[0])
    }

    private static func readSplit(_ split: JSONValue) throws(TokenizerError) -> WordSplitter {
        guard split["behavior"]?.string == "Isolated" else {
            throw .unsupported(
                part: "pre_tokenizer Split behavior",
                found: split["behavior"]?.summary ?? "nothing",
                expected: "\"Isolated\""
            )
        }
        try split["invert"].require(false, "pre_tokenizer Split invert")
        let pattern = split["pattern"]?["Regex"]
        guard let splitter = pattern?.string.flatMap({ WordSplitter(patterns: [$0]) }) else {
            throw .unsupported(
                part: "pre_tokenizer Split pattern",
                found: pattern?.summary ?? split["pattern"]?.summary ?? "nothing",
                expected: "the Regex of cl100k and Llama 3, or of Qwen 2"
            )
        }
        return splitter
    }

    /// Both flags are on if they are missing.
    private static func checkByteLevel(_ value: JSONValue) throws(TokenizerError) {
        for flag in ["add_prefix_space", "use_regex"] as [StaticString] {
            guard value[flag]?.bool == false else {
                throw .unsupported(
                    part: "pre_tokenizer ByteLevel \(flag)",
                    found: value[flag]?.summary ?? "nothing",
                    expected: "false"
                )
            }
        }
    }
}
