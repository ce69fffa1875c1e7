/// Merges the symbols of one word. Keeps its memory from word to word.
struct SymbolMerger: Sendable {
    /// The symbols of the word, then its tokens.
    var symbols: [UInt32] = []

    private var merges = [MergeTable.Merge](repeating: MergeTable.none, count: shortCountMax)
    private var long = LongWordMerger()

    /// Up to here, looking at every pair for each merge is faster than a heap.
    private static let shortCountMax = 32

    /// Applies merges to `symbols`: the lowest rank first, the leftmost of equals.
    mutating func merge(_ table: borrowing MergeTable) {
        guard symbols.count > 1 else { return }
        if symbols.count > Self.shortCountMax {
            let count = long.merge(&symbols, count: symbols.count, table: table)
            symbols.removeLast(symbols.count - count)
        } else {
            mergeShort(table)
        }
    }

    /// `merges[i]` is the merge of symbols `i` and `i + 1`.
    private mutating func mergeShort(_ table: borrowing MergeTable) {
        var count = symbols.count
        for index in 0..<count - 1 {
            merges[index] = table.merge(of: symbols[index], symbols[index + 1])
        }
        while count > 1 {
            var best = 0
            for index in 1..<count - 1 where merges[index] < merges[best] { best = index }
            guard merges[best] != MergeTable.none else { break }
            symbols[best] = UInt32(truncatingIfNeeded: merges[best])
            count -= 1
            for index in best + 1..<count {
                symbols[index] = symbols[index + 1]
                merges[index - 1] = merges[index]
            }
            if best > 0 { merges[best - 1] = table.merge(of: symbols[best - 1], symbols[best]) }
            if best + 1 < count {
                merges[best] = table.merge(of: symbols[best], symbols[best + 1])
            }
        }
        symbols.removeLast(symbols.count - count)
    }

    /// Gives back what an unusually long word made it allocate.
    mutating func shrink(toCount countMax: Int) {
        if symbols.capacity > countMax { self = SymbolMerger() }
    }
}
