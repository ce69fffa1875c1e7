import Domain

/// One shard: which endpoints hold which blocks. A flat hash table with linear probing, because
/// block keys are hashes already and a dictionary would hash them again. No lock inside.
///
/// Invariants:
/// 1. A slot without holders is free: the last `remove` of a block frees its slot.
/// 2. No slot is free between a key's home slot and the slot it lies in.
/// 3. At least a quarter of the slots are free, so that a search ends soon.
struct IndexShard {
    private struct Slot {
        var key = BlockKey(rawValue: 0)
        var holders = BlockHolders()
    }

    private static let slotCountMin = 16

    private(set) var keyCount = 0
    private let keysMax: Int
    private var slots = [Slot](repeating: Slot(), count: IndexShard.slotCountMin)

    init(keysMax: Int) {
        self.keysMax = keysMax
    }

    /// Returns whether another block had to be forgotten to make room.
    mutating func store(_ key: BlockKey, at endpoint: EndpointID, in tier: CacheTier) -> Bool {
        var slot = slot(of: key)
        var evicted = false
        if slots[slot].holders.isEmpty {
            if keyCount == keysMax {
                free(victim(near: slot))
                evicted = true
                slot = self.slot(of: key)
            } else if (keyCount + 1) * 4 > slots.count * 3 {
                grow()
                slot = self.slot(of: key)
            }
            slots[slot].key = key
            keyCount += 1
        }
        slots[slot].holders.insert(endpoint, in: tier)
        return evicted
    }

    mutating func remove(_ key: BlockKey, from endpoint: EndpointID, in tier: CacheTier) {
        let slot = slot(of: key)
        guard !slots[slot].holders.isEmpty else { return }
        slots[slot].holders.remove(endpoint, in: tier)
        if slots[slot].holders.isEmpty { free(slot) }
    }

    /// Looks at every block of the shard.
    mutating func clear(_ endpoint: EndpointID) {
        var slot = 0
        while slot < slots.count {
            let wasHeld = !slots[slot].holders.isEmpty
            if wasHeld { slots[slot].holders.remove(endpoint) }
            if wasHeld, slots[slot].holders.isEmpty {
                free(slot)  // may move another key here: look again
            } else {
                slot += 1
            }
        }
    }

    func holders(of key: BlockKey) -> [EndpointID] {
        let slot = slot(of: key)
        return (0..<slots[slot].holders.count).map { slots[slot].holders[$0].endpoint }
    }

    /// Moves the contenders that hold the block to the front; returns how many they are.
    func partition(_ contenders: inout [EndpointID], holding key: BlockKey) -> Int {
        slots[slot(of: key)].holders.partition(&contenders)
    }

    /// The slot that the key lies in, or the free one that it would take.
    private func slot(of key: BlockKey) -> Int {
        var slot = home(of: key)
        while !slots[slot].holders.isEmpty, slots[slot].key != key { slot = next(slot) }
        return slot
    }

    private func next(_ slot: Int) -> Int { (slot + 1) & (slots.count - 1) }

    /// Multiplied, because the key's low bits already chose the shard and are alike in it.
    private func home(of key: BlockKey) -> Int {
        let mixed = key.rawValue &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 32) & (slots.count - 1)
    }

    /// The first block at or behind `slot`. Keys are hashes, so this is any block: neither age
    /// nor use is tracked, which would cost every lookup.
    private func victim(near slot: Int) -> Int {
        var slot = slot
        while slots[slot].holders.isEmpty { slot = next(slot) }
        return slot
    }

    /// Frees a slot and closes the hole, so that no search stops short (invariant 2).
    private mutating func free(_ freed: Int) {
        keyCount -= 1
        var hole = freed
        var slot = next(hole)
        while !slots[slot].holders.isEmpty {
            let distance = (slot - home(of: slots[slot].key)) & (slots.count - 1)
            if distance >= (slot - hole) & (slots.count - 1) {
                slots.swapAt(hole, slot)
                hole = slot
            }
            slot = next(slot)
        }
        slots[hole] = Slot()
    }

    private mutating func grow() {
        var grown = [Slot](repeating: Slot(), count: slots.count * 2)
        swap(&slots, &grown)
        for old in grown where !old.holders.isEmpty { slots[slot(of: old.key)] = old }
    }
}
