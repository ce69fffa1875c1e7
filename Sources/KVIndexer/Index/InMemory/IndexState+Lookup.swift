internal import Domain

extension IndexState {
    /// Blocks of the prompt that the same holders have.
    private struct Run {
        var set: HolderSetID
        var start: Int
        var end: Int
    }

    func longestPrefixes(
        of keys: Span<BlockKey>,
        in space: KeySpaceID,
        _ scratch: inout LookupScratch,
        into matches: inout PrefixMatches
    ) {
        scratch.prepare(cacheCount: holders.caches.count)
        unsafe keys.withUnsafeBufferPointer { keys in
            unsafe walk(keys, HolderTable.visibility(in: space), &scratch)
        }
        for index in 0..<scratch.activeCount {
            let slot = scratch.active[index]
            let cache = holders.caches[slot]
            let progress = scratch.progress[Int(slot)]
            if cache == .shared {
                matches.sharedBlocks = max(matches.sharedBlocks, Int(progress.blocks))
            } else {
                matches.add(progress.match(at: cache))
            }
        }
        scratch.reset()
    }

    /// Follows the prompt from block to block, and credits each run to the caches that have it.
    private func walk(
        _ prompt: UnsafeBufferPointer<BlockKey>,
        _ visibility: UInt32,
        _ scratch: inout LookupScratch
    ) {
        var run = Run(set: .nobody, start: 0, end: 0)
        var likely: UInt32?
        while run.end < prompt.count {
            let key = unsafe prompt[run.end]
            guard let entry = entry(of: key, likely: likely) else { break }
            let set = arena.sets[Int(entry)]
            let rest = unsafe UnsafeBufferPointer(rebasing: prompt[run.end...])
            let count = unsafe matchingEntries(from: Int(entry), rest, set)
            arena.touch(Int(entry)..<Int(entry) + count, .found)
            if set != run.set {
                if run.end > 0, !credit(run, visibility, &scratch) { return }
                run = Run(set: set, start: run.end, end: run.end)
            }
            run.end += count
            likely = entry &+ UInt32(truncatingIfNeeded: count)
        }
        if run.end > run.start { _ = credit(run, visibility, &scratch) }
    }

    @inline(__always)
    private func entry(of key: BlockKey, likely: UInt32?) -> UInt32? {
        if let likely, likely < arena.count, arena.holds(key, at: likely) { return likely }
        return entry(of: key)
    }

    /// How many entries from `entry` on have these keys and this set. At least one.
    @inline(__always)
    private func matchingEntries(
        from entry: Int,
        _ prompt: UnsafeBufferPointer<BlockKey>,
        _ set: HolderSetID
    ) -> Int {
        // Both are within the arena as `limit` is.
        let (keys, sets) = unsafe (arena.keys.elements + entry, arena.sets.elements + entry)
        let limit = min(prompt.count, arena.count - entry)
        var count = 1
        while count < limit, unsafe keys[count] == prompt[count], unsafe sets[count] == set {
            count += 1
        }
        return count
    }

    /// Lengthens the matches that have come to the run's start. False if there were none.
    private func credit(_ run: Run, _ visibility: UInt32, _ scratch: inout LookupScratch) -> Bool {
        var isUseful = false
        sets.forEachMember(of: run.set) { member in
            let holder = holders.view(member.slot)
            guard holder.visibility == visibility else { return }
            let evidence = Evidence(holder.kind, tiers: member.tiers)
            if credit(run, evidence, holder.cache, &scratch) { isUseful = true }
        }
        return isUseful
    }

    @inline(__always)
    private func credit(
        _ run: Run,
        _ evidence: Evidence,
        _ cache: UInt32,
        _ scratch: inout LookupScratch
    ) -> Bool {
        let (start, end) = (Int32(clamping: run.start), Int32(clamping: run.end))
        var progress = scratch.progress[Int(cache)]
        if progress.blocks == start {
            if start == 0 { scratch.activate(cache) }
            progress.count(end - start, on: evidence)
            progress.evidence = evidence
            progress.blocks = end
        } else if progress.blocks == end {
            // Another holder of the same cache has come through this run.
            progress.count(start - end, on: progress.evidence)
            progress.evidence = progress.evidence.union(evidence)
            progress.count(end - start, on: progress.evidence)
        } else {
            return false
        }
        scratch.progress[Int(cache)] = progress
        return true
    }
}
