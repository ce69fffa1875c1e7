/// How far a sweep for closed holders has come.
struct Sweep {
    /// The first entries are free of the closed holders that this pass is for.
    var position = 0
    /// Where the pass ends: later entries are younger than it.
    var end = 0
    /// How many closed holders the pass is for. 0 between passes.
    var holderCount = 0
}

extension IndexState {
    /// Takes closed holders out of the next entries. False if there are none left to take out.
    mutating func sweep(entriesMax: Int) -> Bool {
        if sweep.holderCount == 0 {
            sweep = Sweep(end: arena.count, holderCount: holders.closedSlots.count)
        }
        guard sweep.holderCount > 0 else { return false }
        let stop = min(sweep.position + max(entriesMax, 1), sweep.end)
        clean(sweep.position..<stop)
        sweep.position = stop
        guard stop == sweep.end else { return true }
        copies.removeAll(of: Set(holders.closedSlots.prefix(sweep.holderCount)))
        holders.releaseClosed(sweep.holderCount)
        sweep.holderCount = 0
        return !holders.closedSlots.isEmpty
    }

    private mutating func clean(_ entries: Range<Int>) {
        // Both are pinned: neighbours mostly have the same set, which is then worked out once.
        var (from, to) = (HolderSetID.nobody, HolderSetID.nobody)
        for entry in entries where arena.sets[entry] != .nobody {
            let id = arena.sets[entry]
            if id != from {
                sets.release(from)
                sets.release(to)
                sets.retain(id)
                (from, to) = (id, pinnedWithoutClosed(id))
            }
            guard to != id else { continue }
            sets.retain(to)
            sets.release(id)
            if to == .nobody {
                forget(UInt32(truncatingIfNeeded: entry))
            } else {
                arena.sets[entry] = to
            }
        }
        sets.release(from)
        sets.release(to)
    }

    /// The open holders of a set, as a set that the caller releases.
    private mutating func pinnedWithoutClosed(_ id: HolderSetID) -> HolderSetID {
        var open = id
        sets.retain(open)
        while let closed = sets.firstSlot(of: open, where: { !holders.isOpen($0) }) {
            let rest = sets.set(like: open, but: Membership(slot: closed, tiers: 0), holders)
            sets.retain(rest)
            sets.release(open)
            open = rest
        }
        return open
    }
}
