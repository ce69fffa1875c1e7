import JSON

extension BPEModel {
    /// - Parameters:
    ///   - names: has every byte that text may have.
    ///   - merges: the file's list, in byte-level spelling.
    init(
        _ names: TokenNames,
        merges: JSONValue,
        ignoresMerges: Bool
    ) throws(TokenizerError) {
        var table = MergeTable(capacity: names.count)
        var reader = MergeReader(names)
        var rank: UInt32 = 0
        try merges.forEachElement { (entry) throws(TokenizerError) in
            guard try reader.read(entry) else { return }
            guard rank < MergeOrder.rankEnd else {
                throw .malformed(part: "merges", reason: "more than \(MergeOrder.rankEnd) of them")
            }
            let tokens = try reader.tokens()
            table.store(tokens.left, tokens.right, rank: rank, merged: tokens.merged)
            rank += 1
        }
        self.init(vocabulary: names.vocabulary, merges: table, ignoresMerges: ignoresMerges)
    }
}
