/// Blocks that follow each other in every prompt that is remembered: no remembered prompt ends
/// or turns off between two of them.
struct PromptRun {
    private var first: UInt64
    /// Behind the first one: most runs of short prompts have no others.
    private var others: [UInt64]
    var holders = RunHolders()

    /// - Precondition: there is at least one block.
    init(_ blocks: ArraySlice<UInt64>) {
        first = blocks[blocks.startIndex]
        others = Array(blocks.dropFirst())
    }

    var count: Int { others.count + 1 }

    subscript(index: Int) -> UInt64 { index == 0 ? first : others[index - 1] }

    /// How many blocks the run and a prompt have in common, from the run's first block on. The
    /// name of a block stands for all before it, so that bisection finds the last common one.
    ///
    /// - Parameter blocks: the prompt from there on; their first is the run's.
    func commonCount(with blocks: ArraySlice<UInt64>) -> Int {
        let start = blocks.startIndex
        var (low, high) = (1, min(count, blocks.count))
        // Mostly all are.
        if blocks[start + high - 1] == self[high - 1] { return high }
        while low < high {
            let middle = (low + high) / 2
            if blocks[start + middle] == self[middle] { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Keeps the first `count` blocks.
    ///
    /// - Returns: the others, held by those who hold any of them, at the places of this run.
    mutating func cut(at count: Int) -> PromptRun {
        var rest = PromptRun(others[(count - 1)...])
        others = Array(others[..<(count - 1)])
        for index in 0..<holders.count where holders[index].blocks > count {
            var holder = holders[index]
            holder.blocks -= UInt32(truncatingIfNeeded: count)
            rest.holders.insert(holder, at: rest.holders.count)
            holders[index].blocks = UInt32(truncatingIfNeeded: count)
        }
        return rest
    }

    /// Gives its memory back.
    mutating func clear() {
        others = []
        holders = RunHolders()
    }
}
