import JSON

extension BPEModel {
    init(_ fields: ModelFields) throws(TokenizerError) {
        for byte in UInt8.min...UInt8.max where fields.vocabulary.id(of: [byte].span) == nil {
            throw .unsupported(
                part: "model vocab",
                found: "no token for byte \(byte)",
                expected: "a token for each of the 256 bytes"
            )
        }
        self.init(
            vocabulary: fields.vocabulary,
            merges: try Self.readMerges(fields.merges, vocabulary: fields.vocabulary),
            ignoresMerges: fields.ignoresMerges
        )
    }

    private static func readMerges(
        _ value: JSONValue,
        vocabulary: Vocabulary
    ) throws(TokenizerError) -> MergeTable {
        var table = MergeTable(capacity: vocabulary.count)
        var rank: UInt32 = 0
        try value.forEachElement { (entry) throws(TokenizerError) in
            guard let pair = try pair(of: entry) else { return }
            guard let left = ByteLevel.bytes(of: pair.left.span),
                let right = ByteLevel.bytes(of: pair.right.span),
                let leftID = vocabulary.id(of: left.span),
                let rightID = vocabulary.id(of: right.span),
                let merged = vocabulary.id(of: (left + right).span)
            else {
                throw .malformed(
                    part: "model merges",
                    reason: "\(shown(pair)) are not two tokens of vocab that make a third"
                )
            }
            table.store(leftID, rightID, rank: rank, merged: merged)
            rank += 1
        }
        return table
    }

    private typealias Pair = (left: [UInt8], right: [UInt8])

    /// The two tokens of `["a", "b"]` or `"a b"`; nil for the comment that old files begin with.
    private static func pair(of entry: JSONValue) throws(TokenizerError) -> Pair? {
        var parts: [[UInt8]] = []
        if let line = entry.bytes {
            if line.starts(with: "#version".utf8) { return nil }
            parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
                .map(Array.init)
        } else {
            entry.forEachElement { parts.append($0.bytes ?? []) }
        }
        guard parts.count == 2 else {
            throw .malformed(part: "model merges", reason: "\(entry.summary) is not a pair")
        }
        return (parts[0], parts[1])
    }

    private static func shown(_ pair: Pair) -> String {
        "\"\(String(decoding: pair.left, as: UTF8.self))\" and "
            + "\"\(String(decoding: pair.right, as: UTF8.self))\""
    }
}
