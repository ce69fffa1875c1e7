internal import Domain

extension IndexState {
    mutating func store(
        _ keys: Span<BlockKey>,
        after parent: BlockKey?,
        in slot: Int,
        tier: CacheTier,
        counting: CopyCounting
    ) {
        var transition = SetTransition(storing: slot, in: tier)
        var previous: UInt32?
        if let parent { previous = entry(of: parent) }
        var first = 0
        while first < keys.count {
            let count = min(KeyBatch.countMax, config.keysMax, keys.count - first)
            if makeRoom(for: count, &transition) { previous = nil }
            batch.look(up: keys.extracting(first..<first + count), directory, arena)
            for index in first..<first + count {
                let likely = previous.map { $0 &+ 1 }
                if let entry = entry(of: keys[index], index - first, likely: likely) {
                    add(to: entry, counting, &transition)
                    previous = entry
                } else {
                    previous = insert(
                        keys[index],
                        batch.hash(index - first),
                        after: previous,
                        followers: keys.count - 1 - index,
                        &transition
                    )
                }
            }
            first += count
        }
        finish(&transition)
    }

    mutating func remove(_ keys: Span<BlockKey>, from slot: Int, tier: CacheTier) {
        var transition = SetTransition(removing: slot, from: tier)
        var likely: UInt32?
        var first = 0
        while first < keys.count {
            let count = min(KeyBatch.countMax, keys.count - first)
            batch.look(up: keys.extracting(first..<first + count), directory, arena)
            for index in 0..<count {
                guard let entry = entry(of: keys[first + index], index, likely: likely) else {
                    continue
                }
                // An engine removes the last block of a prompt first.
                likely = entry &- 1
                take(from: entry, &transition)
            }
            first += count
        }
        finish(&transition)
    }

    @inline(__always)
    private mutating func add(
        to entry: UInt32,
        _ counting: CopyCounting,
        _ transition: inout SetTransition
    ) {
        begin(at: arena.sets[Int(entry)], &transition)
        arena.touch(Int(entry)..<Int(entry) + 1, .stored)
        if !transition.hasTier {
            arena.sets[Int(entry)] = transition.to
            transition.countMove()
        } else if counting == .everyCopy {
            let rows = copies.add(entry, transition.membership)
            holders.addCopyRows(rows, to: transition.membership.slot)
        }
    }

    /// Returns the new entry, or nil if there is no room for it.
    @inline(__always)
    private mutating func insert(
        _ key: BlockKey,
        _ hash: BlockDirectory.Hash,
        after previous: UInt32?,
        followers: Int,
        _ transition: inout SetTransition
    ) -> UInt32? {
        var entry = arena.place(key, after: previous, followers: followers)
        if entry == nil, evictChunk(&transition) {
            entry = arena.place(key, after: nil, followers: followers)
        }
        guard let entry else { return nil }
        guard directory.insert(entry, hash) else {
            arena.clear(entry)
            return nil
        }
        begin(at: .nobody, &transition)
        arena.sets[Int(entry)] = transition.to
        transition.countMove()
        return entry
    }

    @inline(__always)
    private mutating func take(from entry: UInt32, _ transition: inout SetTransition) {
        let slot = transition.membership.slot
        if holders.account(slot).copyRows > 0,
            let rows = copies.takeOne(entry, transition.membership)
        {
            holders.addCopyRows(-rows, to: slot)
            return
        }
        begin(at: arena.sets[Int(entry)], &transition)
        guard transition.hasTier else { return }
        transition.countMove()
        if transition.to == .nobody {
            forget(entry)
        } else {
            arena.sets[Int(entry)] = transition.to
        }
    }

    @inline(__always)
    private mutating func begin(at id: HolderSetID, _ transition: inout SetTransition) {
        if transition.from == id { return }
        finish(&transition)
        transition.begin(at: id, &sets, holders)
    }
}
