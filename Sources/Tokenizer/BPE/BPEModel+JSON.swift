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
        var rank: UInt32 = 0
        try value.forEachElement { (entry) throws(TokenizerError) in
            guard let pair = try MergePair(entry) else { return }
            guard let left = ByteLevel.bytes(of: pair.left.span), !left.isEmpty,
                let right = ByteLevel.bytes(of: pair.right.span), !right.isEmpty,
                let leftID = vocabulary.id(of: left.span),
                let rightID = vocabulary.id(of: right.span),
                let merged = vocabulary.id(of: (left + right).span)
            else { throw pair.notTokens }
            table.store(leftID, rightID, rank: rank, merged: merged)
            rank += 1
        }
        return table
    }
}
