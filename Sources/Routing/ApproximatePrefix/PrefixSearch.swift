import Domain

/// Finds how many blocks of a prompt each endpoint holds from the start.
///
/// Who holds a run holds the runs before it (`RememberedPrompts` sees to that), so bisection finds
/// the last one that an endpoint holds; all endpoints are bisected together.
///
/// A value that keeps its memory from one search to the next. Thread safety: none.
struct PrefixSearch {
    /// A run that the prompt goes through.
    private struct Step {
        let run: RunID
        /// Blocks of the prompt before it, and in it.
        let start: Int
        let count: Int
    }

    private var path: [Step] = []
    /// Who holds the first run.
    private var members = RunHolders()
    /// Of each member, the blocks that it holds.
    private var lengths: [Int32] = []
    /// Members by their numbers; those in one step of bisection lie together, ascending.
    private var order: [Int32] = []
    private var others: [Int32] = []

    /// Adds to `matches` every endpoint that holds some of the blocks.
    mutating func find(_ blocks: [UInt64], in runs: RunTable, into matches: inout PrefixMatches) {
        findPath(of: blocks, in: runs)
        guard let first = path.first else { return }
        members = runs[first.run].holders
        lengths.removeAll(keepingCapacity: true)
        order.removeAll(keepingCapacity: true)
        for number in 0..<members.count {
            lengths.append(0)
            order.append(Int32(truncatingIfNeeded: number))
        }
        bisect(order.indices, lastSteps: path.startIndex..<path.endIndex, in: runs)
        for number in 0..<members.count {
            let endpoint = EndpointID(rawValue: members[number].endpoint)
            matches.add(EndpointMatch(endpoint: endpoint, blocks: lengths[number]))
        }
        members = RunHolders()
    }

    private mutating func findPath(of blocks: [UInt64], in runs: RunTable) {
        path.removeAll(keepingCapacity: true)
        var start = 0
        while start < blocks.count, let run = runs.id(startingWith: blocks[start]) {
            let count = runs[run].commonCount(with: blocks[start...])
            path.append(Step(run: run, start: start, count: count))
            start += count
        }
    }

    /// - Parameter lastSteps: where the part of those in `part` of `order` can end.
    private mutating func bisect(_ part: Range<Int>, lastSteps: Range<Int>, in runs: RunTable) {
        guard !part.isEmpty else { return }
        guard lastSteps.count > 1 else { return settle(part, at: path[lastSteps.lowerBound], runs) }
        let middle = lastSteps.lowerBound + lastSteps.count / 2
        let split = partition(part, by: runs[path[middle].run].holders)
        bisect(part.lowerBound..<split, lastSteps: middle..<lastSteps.upperBound, in: runs)
        bisect(split..<part.upperBound, lastSteps: lastSteps.lowerBound..<middle, in: runs)
    }

    private mutating func settle(_ part: Range<Int>, at step: Step, _ runs: RunTable) {
        let holders = runs[step.run].holders
        var next = 0
        for place in part {
            let number = Int(order[place])
            let endpoint = members[number].endpoint
            next = holders.firstIndex(from: next, atLeast: endpoint)
            // Two blocks may have one name, by chance: then it may not be there.
            let isHolder = next < holders.count && holders[next].endpoint == endpoint
            let held = isHolder ? min(Int(holders[next].blocks), step.count) : 0
            lengths[number] = Int32(clamping: step.start + held)
        }
    }

    /// Moves those that are among the holders before the others; both stay ascending.
    ///
    /// - Returns: where the others begin.
    private mutating func partition(_ part: Range<Int>, by holders: RunHolders) -> Int {
        if holders.count == members.count { return part.upperBound }
        others.removeAll(keepingCapacity: true)
        var (split, next) = (part.lowerBound, 0)
        for place in part {
            let endpoint = members[Int(order[place])].endpoint
            next = holders.firstIndex(from: next, atLeast: endpoint)
            if next < holders.count, holders[next].endpoint == endpoint {
                order[split] = order[place]
                split += 1
            } else {
                others.append(order[place])
            }
        }
        for place in split..<part.upperBound { order[place] = others[place - split] }
        return split
    }
}
