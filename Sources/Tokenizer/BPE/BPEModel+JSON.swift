import JSON

extension BPEModel {
    /// - Parameters:
    ///   - vocabulary: has every byte that text may have.
    ///   - merges: the file's list, in byte-level spelling.
    init(
        vocabulary: Vocabulary,
        merges: JSONValue,
        ignoresMerges: Bool
    ) throws(TokenizerError) {
        let table = try Self.readMerges(merges, vocabulary: vocabulary)
        self.init(vocabulary: vocabulary, merges: table, ignoresMerges: ignoresMerges)
    }

    private static func readMerges(
        _ value: JSONValue,
        vocabulary: Vocabulary
    ) throws(TokenizerError) -> MergeTable {
        var table = MergeTable(capacity: vocabulary.count)
        var reader = MergeReader(vocabulary: vocabulary)
        var rank: UInt32 = 0
        try value.forEachElement { (entry) throws(TokenizerError) in
            guard let merge = reader.read(entry) else {
                // Not a pair, or not one of tokens; or a comment, which is passed over.
                guard let pair = try MergePair(entry) else { return }
                throw pair.notTokens
            }
            table.store(merge.left, merge.right, rank: rank, merged: merge.merged)
            rank += 1
        }
        return table
    }
}
