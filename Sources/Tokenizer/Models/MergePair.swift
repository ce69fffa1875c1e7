import JSON

/// One entry of `merges`: the names of two tokens that make a third.
struct MergePair {
    let left: [UInt8]
    let right: [UInt8]

    /// Reads `["a", "b"]` or `"a b"`; nil for the comment that old files begin with.
    init?(_ entry: JSONValue) throws(TokenizerError) {
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
        (left, right) = (parts[0], parts[1])
    }

    var notTokens: TokenizerError {
        .malformed(
            part: "model merges",
            reason: "\"\(String(decoding: left, as: UTF8.self))\" and "
                + "\"\(String(decoding: right, as: UTF8.self))\" "
                + "are not two tokens of vocab that make a third"
        )
    }
}
