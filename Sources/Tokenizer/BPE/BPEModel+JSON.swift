import JSON

extension BPEModel {
    init(_ fields: ModelFields) throws(TokenizerError) {
        vocabulary = fields.vocabulary
        ignoresMerges = fields.ignoresMerges
        tokenOfByte = try Self.tokenOfByte(fields.vocabulary)
        merges = try Self.readMerges(fields.merges, vocabulary: fields.vocabulary)
        byteMerges = merges.byteMerges(tokenOfByte: tokenOfByte)
    }

    private static func tokenOfByte(_ vocabulary: Vocabulary) throws(TokenizerError) -> [UInt32] {
        var tokens: [UInt32] = []
        for byte in UInt8.min...UInt8.max {
            guard let id = vocabulary.id(of: [byte].span) else {
                throw .unsupported(
                    part: "model vocab",
                    found: "no token for byte \(byte)",
                    expected: "a token for each of the 256 bytes"
                )
            }
            tokens.append(id)
        }
        return tokens
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
