import Domain

/// The blocks of one holder: for each key, its copies by tier. 16 bytes for each slot, at most
/// three of four in use.
///
/// A flat table with linear probing. Removing closes the gap, so there are no tombstones.
/// Invariant: a slot without copies is empty, whatever its key.
struct RedisHolderBlocks: Sendable {
    typealias Copies = SIMD4<UInt16>

    private var keys: [UInt64]
    private var copies: [Copies]
    private(set) var count = 0

    init() {
        keys = [UInt64](repeating: 0, count: 16)
        copies = [Copies](repeating: Copies(), count: 16)
    }

    var slotCount: Int { keys.count }

    /// The block in a slot, and a bit for each tier that has it; nil if the slot is empty.
    func block(inSlot slot: Int) -> (key: BlockKey, tiers: UInt8)? {
        let tiers = RedisHolderBlocks.tiers(of: copies[slot])
        return tiers == 0 ? nil : (BlockKey(rawValue: keys[slot]), tiers)
    }

    /// A bit for each tier in which the block is held.
    func tiers(of key: BlockKey) -> UInt8 { RedisHolderBlocks.tiers(of: copies[slot(of: key)]) }

    /// - Returns: whether the tier did not have the block.
    mutating func store(_ key: BlockKey, in tier: CacheTier, counting: CopyCounting) -> Bool {
        var slot = slot(of: key)
        if copies[slot] == Copies() {
            if (count + 1) * 4 > keys.count * 3 {
                grow()
                slot = self.slot(of: key)
            }
            keys[slot] = key.rawValue
            count += 1
        }
        let held = copies[slot][Int(tier.rawValue)]
        if held == 0 || (counting == .everyCopy && held < .max) {
            copies[slot][Int(tier.rawValue)] = held + 1
        }
        return held == 0
    }

    /// - Returns: whether that was the tier's last copy.
    mutating func remove(_ key: BlockKey, from tier: CacheTier) -> Bool {
        let slot = slot(of: key)
        let held = copies[slot][Int(tier.rawValue)]
        guard held > 0 else { return false }
        copies[slot][Int(tier.rawValue)] = held - 1
        if copies[slot] == Copies() {
            count -= 1
            closeGap(at: slot)
        }
        return held == 1
    }

    private static func tiers(of copies: Copies) -> UInt8 {
        var tiers: UInt8 = 0
        for tier in 0..<4 where copies[tier] > 0 { tiers |= 1 << UInt8(tier) }
        return tiers
    }

    private func home(of key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 20) & (keys.count - 1)
    }

    /// The key's slot, or the empty one where it belongs.
    private func slot(of key: BlockKey) -> Int {
        var slot = home(of: key.rawValue)
        while copies[slot] != Copies(), keys[slot] != key.rawValue {
            slot = (slot + 1) & (keys.count - 1)
        }
        return slot
    }

    /// Moves later blocks of the same run back, unless that put them before their home.
    private mutating func closeGap(at empty: Int) {
        let mask = keys.count - 1
        var gap = empty
        var slot = (gap + 1) & mask
        while copies[slot] != Copies() {
            let distance = (slot - home(of: keys[slot])) & mask
            if distance >= (slot - gap) & mask {
                keys[gap] = keys[slot]
                copies[gap] = copies[slot]
                copies[slot] = Copies()
                gap = slot
            }
            slot = (slot + 1) & mask
        }
    }

    private mutating func grow() {
        let (oldKeys, oldCopies) = (keys, copies)
        keys = [UInt64](repeating: 0, count: oldKeys.count * 2)
        copies = [Copies](repeating: Copies(), count: oldKeys.count * 2)
        for old in oldKeys.indices where oldCopies[old] != Copies() {
            let slot = slot(of: BlockKey(rawValue: oldKeys[old]))
            keys[slot] = oldKeys[old]
            copies[slot] = oldCopies[old]
        }
    }
}
