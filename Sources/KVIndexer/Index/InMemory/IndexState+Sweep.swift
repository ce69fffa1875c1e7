/// How far a sweep for closed holders has come: through all entries, then through the counts of
/// copies, then through the holders' slots, a part of them at a time.
enum Sweep {
    case idle
    /// The entries still to come; later ones are younger than the pass.
    case entries(Range<Int>)
    case copies(Range<Int>)
    case slots
}

extension IndexState {
    /// Holders that may wait for the sweep. Beyond, whoever closes one lends a hand: else one
    /// engine could close holders faster than they are swept, until no slot is left for others.
    static let closedHoldersMax = 1 << 16
    /// Even a pass through 300 million entries is over before another 150,000 holders are closed.
    static let entriesPerClosing = 2_048

    /// Takes closed holders out of the next entries. False if there are none left to take out.
    @discardableResult
    mutating func sweep(entriesMax: Int) -> Bool {
        let countMax = max(entriesMax, 1)
        switch sweep {
        case .idle:
            guard holders.beginPass() else { return false }
            sweep = .entries(0..<arena.count)
        case .entries(let rest):
            clean(rest.prefix(countMax))
            let isEnd = rest.count <= countMax
            sweep = isEnd ? .copies(0..<copies.rowCount) : .entries(rest.dropFirst(countMax))
        case .copies(let rest):
            if holders.closedCopyRows > 0 { copies.removeClosed(rest.prefix(countMax), &holders) }
            let isEnd = rest.count <= countMax || holders.closedCopyRows == 0
            sweep = isEnd ? .slots : .copies(rest.dropFirst(countMax))
        case .slots:
            guard holders.endPass(releasing: countMax) else { return true }
            sweep = .idle
            return holders.closedCount > 0
        }
        return true
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
