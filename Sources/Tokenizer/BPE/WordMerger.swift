/// Merges the bytes of one word into tokens. Keeps its memory from word to word.
///
/// Byte-level BPE: of all neighbours that merge, the pair with the lowest rank goes first, the
/// leftmost of equals; again, until none is left. Short words look at every pair for each merge,
/// which is fastest while they fit the cache; long ones keep a heap, so that no word costs more
/// than n log n.
struct WordMerger {
    /// The tokens of the last word, `count` of them.
    private(set) var tokens = [UInt32](repeating: 0, count: shortByteCountMax)
    private(set) var count = 0

    private var merges = [MergeTable.Merge](repeating: MergeTable.none, count: shortByteCountMax)
    private var long = LongWordMerger()

    private static let shortByteCountMax = 48

    /// - Precondition: the word lies inside `text` and is not empty.
    mutating func merge(
        _ text: Span<UInt8>,
        from start: Int,
        count: Int,
        model: borrowing BPEModel
    ) {
        if count > tokens.count {
            tokens = [UInt32](repeating: 0, count: count)
        }
        self.count = count
        fillTokens(text, from: start, tokenOfByte: model.tokenOfByte.span)
        if count <= Self.shortByteCountMax {
            fillMerges(text, from: start, byteMerges: model.byteMerges.span)
            self.count = Self.mergeShort(&tokens, &merges, count: count, table: model.merges)
        } else {
            self.count = long.merge(&tokens, count: count, table: model.merges)
        }
    }

    private mutating func fillTokens(
        _ text: Span<UInt8>,
        from start: Int,
        tokenOfByte: Span<UInt32>
    ) {
        let count = count
        var tokens = tokens.mutableSpan
        for offset in 0..<count { tokens[offset] = tokenOfByte[Int(text[start + offset])] }
    }

    private mutating func fillMerges(
        _ text: Span<UInt8>,
        from start: Int,
        byteMerges: Span<MergeTable.Merge>
    ) {
        let count = count
        var merges = merges.mutableSpan
        var left = Int(text[start])
        for offset in 1..<count {
            let right = Int(text[start + offset])
            merges[offset - 1] = byteMerges[left << 8 | right]
            left = right
        }
    }

    /// `merges[i]` is the merge of tokens `i` and `i + 1`.
    private static func mergeShort(
        _ tokenArray: inout [UInt32],
        _ mergeArray: inout [MergeTable.Merge],
        count: Int,
        table: borrowing MergeTable
    ) -> Int {
        var tokens = tokenArray.mutableSpan
        var merges = mergeArray.mutableSpan
        var count = count
        while count > 1 {
            var best = 0
            var first = merges[0]
            for index in 1..<count - 1 where merges[index] < first {
                (best, first) = (index, merges[index])
            }
            if first == MergeTable.none { break }
            tokens[best] = UInt32(truncatingIfNeeded: first)
            count -= 1
            for index in best + 1..<count {
                tokens[index] = tokens[index + 1]
                merges[index - 1] = merges[index]
            }
            if best > 0 { merges[best - 1] = table.merge(of: tokens[best - 1], tokens[best]) }
            if best + 1 < count { merges[best] = table.merge(of: tokens[best], tokens[best + 1]) }
        }
        return count
    }

    /// Gives back what an unusually long word made it allocate.
    mutating func shrink(toByteCount byteCountMax: Int) {
        guard tokens.count > max(byteCountMax, Self.shortByteCountMax) else { return }
        self = WordMerger()
    }
}
