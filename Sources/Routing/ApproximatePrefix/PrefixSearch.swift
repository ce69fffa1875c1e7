import Domain

/// Finds how many blocks of a prompt each endpoint holds from the start.
///
/// Who holds a block holds those before it (`RememberedBlocks` sees to that), so bisection finds
/// where an endpoint's part ends; all endpoints are bisected together, and a block is looked up
/// once for all of them that it may be the end for.
///
/// A value that keeps its memory from one search to the next. Thread safety: none.
struct PrefixSearch {
    /// Who holds the first block, by ascending endpoint.
    private var members: [BlockHolder] = []
    /// Of each member, the blocks that it holds.
    private var lengths: [Int32] = []
    /// Members by their numbers; those in one step of bisection lie together, ascending.
    private var order: [Int32] = []
    private var others: [Int32] = []

    /// Adds to `matches` every endpoint that holds some of the blocks.
    mutating func find(
        _ blocks: [UInt64],
        in table: inout BlockHolders,
        into matches: inout PrefixMatches
    ) {
        guard let first = blocks.first else { return }
        switch table.holders(of: first) {
        case .nobody: return
        case .one(let holder): members = [holder]
        case .several(let holders): members = holders
        }
        lengths.removeAll(keepingCapacity: true)
        order.removeAll(keepingCapacity: true)
        for number in members.indices {
            lengths.append(0)
            order.append(Int32(truncatingIfNeeded: number))
        }
        bisect(order.indices, 1...blocks.count, of: blocks, in: &table)
        for number in members.indices {
            let endpoint = EndpointID(rawValue: members[number].endpoint)
            matches.add(EndpointMatch(endpoint: endpoint, blocks: lengths[number]))
        }
        members = []
    }

    /// - Parameter possible: the lengths that those in `part` of `order` can have.
    private mutating func bisect(
        _ part: Range<Int>,
        _ possible: ClosedRange<Int>,
        of blocks: [UInt64],
        in table: inout BlockHolders
    ) {
        guard !part.isEmpty else { return }
        guard possible.count > 1 else {
            let length = Int32(clamping: possible.lowerBound)
            for place in part { lengths[Int(order[place])] = length }
            return
        }
        let middle = possible.lowerBound + (possible.count - 1) / 2
        let split = partition(part, by: table.holders(of: blocks[middle]))
        bisect(part.lowerBound..<split, middle + 1...possible.upperBound, of: blocks, in: &table)
        bisect(split..<part.upperBound, possible.lowerBound...middle, of: blocks, in: &table)
    }

    /// Moves those that are among the holders before the others; both stay ascending.
    ///
    /// - Returns: where the others begin.
    private mutating func partition(_ part: Range<Int>, by holders: BlockHolders.Holders) -> Int {
        switch holders {
        case .nobody: return part.lowerBound
        case .one(let holder): return partition(part) { $0 == holder.endpoint }
        case .several(let holders):
            if holders.count == members.count { return part.upperBound }
            var next = 0
            return partition(part) { endpoint in
                next = holders.firstIndex(from: next, atLeast: endpoint)
                return next < holders.count && holders[next].endpoint == endpoint
            }
        }
    }

    @inline(__always)
    private mutating func partition(_ part: Range<Int>, where isKept: (UInt32) -> Bool) -> Int {
        others.removeAll(keepingCapacity: true)
        var split = part.lowerBound
        for place in part {
            let member = order[place]
            if isKept(members[Int(member)].endpoint) {
                order[split] = member
                split += 1
            } else {
                others.append(member)
            }
        }
        for place in split..<part.upperBound { order[place] = others[place - split] }
        return split
    }
}

extension [BlockHolder] {
    /// The first holder that is not below `endpoint`, found in a time that grows with the
    /// logarithm of its distance from `start`.
    fileprivate func firstIndex(from start: Int, atLeast endpoint: UInt32) -> Int {
        var step = 1
        var low = start
        while low + step <= count, self[low + step - 1].endpoint < endpoint {
            low += step
            step *= 2
        }
        var high = Swift.min(low + step, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].endpoint < endpoint { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
