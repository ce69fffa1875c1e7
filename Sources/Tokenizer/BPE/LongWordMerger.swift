/// The merge loop for long words: a list of tokens and a heap of the pairs that merge.
///
/// Invariants:
/// 1. Token `i` is alive if `merges[i]` is not `dead`; `next` and `previous` link the living.
/// 2. `merges[i]` is the merge of token `i` with its right neighbour. A heap entry that differs
///    from it in rank is stale: one rank is one pair.
struct LongWordMerger {
    private var merges: [MergeTable.Merge] = []
    private var next: [UInt32] = []
    private var previous: [UInt32] = []
    /// A binary heap of rank in the upper half, position in the lower.
    private var heap: [UInt64] = []

    /// Merges the first `count` tokens in place; returns how many are left.
    mutating func merge(
        _ tokens: inout [UInt32],
        count: Int,
        table: borrowing MergeTable
    ) -> Int {
        start(tokens, count: count, table: table)
        while let entry = popFirst() {
            let position = Int(UInt32(truncatingIfNeeded: entry))
            let merge = merges[position]
            guard merge != MergeTable.none, merge >> 32 == entry >> 32 else { continue }

            let right = Int(next[position])
            let after = Int(next[right])
            tokens[position] = UInt32(truncatingIfNeeded: merge)
            merges[right] = MergeTable.none
            next[position] = UInt32(after)
            if after < count { previous[after] = UInt32(position) }
            refresh(position, tokens: tokens, count: count, table: table)
            if position > 0 {
                refresh(Int(previous[position]), tokens: tokens, count: count, table: table)
            }
        }
        var kept = 0
        var position = 0
        while position < count {
            tokens[kept] = tokens[position]
            kept += 1
            position = Int(next[position])
        }
        return kept
    }

    private mutating func start(_ tokens: [UInt32], count: Int, table: borrowing MergeTable) {
        precondition(count < Int(UInt32.max), "positions have 32 bits")
        heap.removeAll(keepingCapacity: true)
        merges.removeAll(keepingCapacity: true)
        next.removeAll(keepingCapacity: true)
        previous.removeAll(keepingCapacity: true)
        for position in 0..<count {
            merges.append(MergeTable.none)
            next.append(UInt32(position + 1))
            previous.append(UInt32(max(position, 1) - 1))
        }
        for position in 0..<count - 1 {
            refresh(position, tokens: tokens, count: count, table: table)
        }
    }

    /// Looks the pair at `position` up again after one of its tokens changed.
    private mutating func refresh(
        _ position: Int,
        tokens: [UInt32],
        count: Int,
        table: borrowing MergeTable
    ) {
        let right = Int(next[position])
        let merge =
            right < count ? table.merge(of: tokens[position], tokens[right]) : MergeTable.none
        merges[position] = merge
        if merge != MergeTable.none { push(merge & ~0xFFFF_FFFF | UInt64(position)) }
    }

    private mutating func push(_ entry: UInt64) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func popFirst() -> UInt64? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return last }
        var parent = 0
        while true {
            var child = parent * 2 + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < last else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = last
        return first
    }
}
