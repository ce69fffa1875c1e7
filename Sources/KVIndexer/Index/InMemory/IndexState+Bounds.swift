extension IndexState {
    /// Chunks that one batch may displace. As each gives at least one key back, a batch displaces
    /// more than it brings, and the index shrinks until it is within its bounds.
    private static let evictedChunksMax = 2 * KeyBatch.countMax

    /// Displaces blocks until so many fit in. Whether it did.
    mutating func makeRoom(for count: Int, _ transition: inout SetTransition) -> Bool {
        var chunks = 0
        while isFull(for: count), chunks < Self.evictedChunksMax, evictChunk(&transition) {
            chunks += 1
        }
        limitGrowth()
        return chunks > 0
    }

    /// Displaces the blocks of one chunk. False if there are none at all.
    mutating func evictChunk(_ transition: inout SetTransition) -> Bool {
        finish(&transition)
        guard let chunk = arena.coldChunk() else { return false }
        for entry in arena.entries(of: chunk) where arena.sets[entry] != .nobody {
            evict(UInt32(truncatingIfNeeded: entry))
        }
        return true
    }

    private func isFull(for count: Int) -> Bool {
        if directory.count + count > config.keysMax { return true }
        let bytes = bytes
        // The last sixteenth is for tables that grow while the number of blocks does not.
        guard bytes > config.bytesMax - config.bytesMax / 16 else { return false }
        if arena.freeChunkCount < count { return true }
        if directory.count + count > directory.countMax { return true }
        // When blocks go, only what sets of holders take comes back. If there is little of that,
        // the bytes are elsewhere, and no number of blocks would bring them.
        return bytes > config.bytesMax && sets.usedBytes > config.bytesMax / 32
    }

    /// Keeps what never shrinks within the bound: half of the reserve is for copies, the next
    /// quarter for the directory, and the last for sets of holders.
    private mutating func limitGrowth() {
        let bytes = bytes
        let left = config.bytesMax - config.bytesMax / 32 - bytes
        copies.bytesMax = copies.bytes + max(0, left)
        let mayGrow = bytes <= config.bytesMax - config.bytesMax / 64
        if directory.mayGrow != mayGrow { directory.mayGrow = mayGrow }
    }

    private mutating func evict(_ entry: UInt32) {
        let id = arena.sets[Int(entry)]
        var (dropped, hasCopies) = (0, false)
        sets.forEachMember(of: id) { member in
            guard holders.isOpen(member.slot) else { return }
            holders.addBlocks(-1, to: member.slot)
            dropped += 1
            if holders.account(member.slot).copyRows > 0 { hasCopies = true }
        }
        if hasCopies { forgetCopies(of: entry, heldBy: id) }
        pairs -= dropped
        evictedKeys += 1
        sets.release(id)
        forget(entry)
    }

    private mutating func forgetCopies(of entry: UInt32, heldBy id: HolderSetID) {
        var slots: [Int] = []
        sets.forEachMember(of: id) { slots.append($0.slot) }
        for slot in slots {
            holders.addCopyRows(-copies.removeAll(entry, of: slot), to: slot)
        }
    }
}
