/// The merge loop for long words: a list of tokens and a heap of the pairs that merge, so that
/// no word costs more than n log n.
///
/// Invariants:
/// 1. `merges[i]` is the merge of token `i` with its right neighbour, `none` if token `i` is
///    merged into another one. Links join the others.
/// 2. A heap entry whose rank differs from that of its position's merge is stale. Of one position
///    and one rank there may be two entries: the second finds the merge gone or equal to its own.
/// 3. The heap has room: it starts with a pair for each token but the last, and a merge, of which
///    there are fewer than tokens, takes one entry from it and adds two.
@safe struct LongWordMerger: Sendable {
    /// For each token a merge, two links, and two entries of the heap.
    private var memory = AlignedMemory<UInt64>(count: 0)

    /// One word at work: all of this points into `memory`, or to the tokens.
    @safe fileprivate struct Work {
        let count: Int
        let tokens: UnsafeMutablePointer<UInt32>
        let merges: UnsafeMutablePointer<MergeTable.Merge>
        /// The position of the next token in the upper half, of the previous one in the lower.
        let links: UnsafeMutablePointer<UInt64>
        /// A heap of four children to a node: rank in the upper half, position in the lower.
        let heap: UnsafeMutablePointer<UInt64>
        var heapCount = 0
    }

    /// Merges the first `count` tokens in place; returns how many are left.
    mutating func merge(
        _ tokens: inout [UInt32],
        count: Int,
        table: borrowing MergeTable
    ) -> Int {
        precondition(count <= tokens.count && count < Int(UInt32.max), "positions have 32 bits")
        guard count > 1 else { return count }
        if memory.count < count * 4 { memory = AlignedMemory(count: count * 4) }
        let memory = unsafe memory.start
        return unsafe tokens.withUnsafeMutableBufferPointer { tokens in
            guard let tokens = tokens.baseAddress else { return 0 }
            var work = unsafe Work(
                count: count,
                tokens: tokens,
                merges: memory,
                links: memory + count,
                heap: memory + count * 2
            )
            work.start(table)
            while let entry = work.popFirst() { work.apply(entry, table) }
            return work.packTokens()
        }
    }
}

extension LongWordMerger.Work {
    fileprivate mutating func start(_ table: borrowing MergeTable) {
        for position in 0..<count {
            unsafe links[position] = UInt64(position + 1) << 32 | UInt64(max(position, 1) - 1)
            let merge =
                unsafe position + 1 < count
                ? table.merge(of: tokens[position], tokens[position + 1]) : MergeTable.none
            unsafe merges[position] = merge
            guard merge != MergeTable.none else { continue }
            unsafe heap[heapCount] = merge & ~0xFFFF_FFFF | UInt64(position)
            heapCount += 1
        }
        guard heapCount > 1 else { return }
        for parent in stride(from: (heapCount - 2) / 4, through: 0, by: -1) {
            unsafe sink(heap[parent], from: parent)
        }
    }

    @inline(__always)
    fileprivate mutating func apply(_ entry: UInt64, _ table: borrowing MergeTable) {
        let position = Int(UInt32(truncatingIfNeeded: entry))
        let merge = unsafe merges[position]
        guard merge != MergeTable.none, merge >> 32 == entry >> 32 else { return }
        let right = unsafe Int(links[position] >> 32)
        let after = unsafe Int(links[right] >> 32)
        let previous = unsafe links[position] & 0xFFFF_FFFF
        unsafe tokens[position] = UInt32(truncatingIfNeeded: merge)
        unsafe merges[right] = MergeTable.none
        unsafe links[position] = UInt64(after) << 32 | previous
        if after < count {
            unsafe links[after] = links[after] & ~0xFFFF_FFFF | UInt64(position)
        }
        lookUp(position, after, table)
        if position > 0 { lookUp(Int(previous), position, table) }
    }

    /// Looks the pair of `position` and `right` up after one of its tokens changed.
    @inline(__always)
    private mutating func lookUp(_ position: Int, _ right: Int, _ table: borrowing MergeTable) {
        let merge =
            unsafe right < count
            ? table.merge(of: tokens[position], tokens[right]) : MergeTable.none
        unsafe merges[position] = merge
        if merge != MergeTable.none { push(merge & ~0xFFFF_FFFF | UInt64(position)) }
    }

    @inline(__always)
    private mutating func push(_ entry: UInt64) {
        var child = heapCount
        heapCount += 1
        while child > 0 {
            let parent = (child - 1) / 4
            let above = unsafe heap[parent]
            guard entry < above else { break }
            unsafe heap[child] = above
            child = parent
        }
        unsafe heap[child] = entry
    }

    @inline(__always)
    fileprivate mutating func popFirst() -> UInt64? {
        guard heapCount > 0 else { return nil }
        let first = unsafe heap[0]
        heapCount -= 1
        if heapCount > 0 { unsafe sink(heap[heapCount], from: 0) }
        return first
    }

    /// Puts `entry` where it belongs at or below `start`, whose own entry is gone.
    @inline(__always)
    private func sink(_ entry: UInt64, from start: Int) {
        var parent = start
        while true {
            let child = parent * 4 + 1
            guard child < heapCount else { break }
            var least = child
            var below = unsafe heap[child]
            for other in child + 1..<min(child + 4, heapCount) {
                let candidate = unsafe heap[other]
                least = candidate < below ? other : least
                below = min(candidate, below)
            }
            guard below < entry else { break }
            unsafe heap[parent] = below
            parent = least
        }
        unsafe heap[parent] = entry
    }

    /// Moves the tokens that are left to the front; returns how many they are.
    fileprivate func packTokens() -> Int {
        var kept = 0
        var position = 0
        while position < count {
            unsafe tokens[kept] = tokens[position]
            kept += 1
            position = unsafe Int(links[position] >> 32)
        }
        return kept
    }
}
