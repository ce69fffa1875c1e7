internal import Domain

extension IndexState {
    /// See `InMemoryIndex.exportRuns`.
    func exportRuns(
        from cursor: inout IndexCursor,
        entriesMax: Int,
        _ body: (Span<BlockKey>, [HolderTiers]) -> Void
    ) -> Bool {
        var entry = Int(clamping: cursor.position)
        let stop = min(entry + max(entriesMax, 1), arena.count)
        var (set, members) = (HolderSetID.nobody, [HolderTiers]())
        while entry < stop {
            let id = arena.sets[entry]
            let start = entry
            while entry < stop, arena.sets[entry] == id { entry += 1 }
            guard id != .nobody else { continue }
            if id != set { (set, members) = (id, openMembers(of: id)) }
            guard !members.isEmpty else { continue }
            // Live entries, within the arena.
            let run = unsafe UnsafeBufferPointer(
                start: arena.keys.elements + start,
                count: entry - start
            )
            unsafe body(run.span, members)
        }
        cursor.position = UInt64(max(entry, stop))
        return stop < arena.count
    }

    private func openMembers(of id: HolderSetID) -> [HolderTiers] {
        var members: [HolderTiers] = []
        sets.forEachMember(of: id) { member in
            guard holders.isOpen(member.slot) else { return }
            members.append(
                HolderTiers(
                    holder: holders.id(of: member.slot),
                    tiers: CacheTiers(rawValue: member.tiers)
                )
            )
        }
        return members
    }
}
