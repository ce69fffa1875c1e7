import Domain

/// One publisher's blocks by the engine's own hash: for each the keys of ours that it stands for,
/// and how many copies the engine has announced in each tier.
///
/// A hash has several keys if the engine's blocks are a multiple of ours, which are its parts, or
/// if the engine does not hash what our keys tell apart, such as a cache salt.
///
/// A flat table, probed linearly; an entry takes 24 bytes. Belongs to one thread.
///
/// Invariants:
/// 1. A slot is free exactly if its entry has no copies.
/// 2. Between an entry and the slot that its hash asks for, no slot is free.
/// 3. A quarter of the slots is free.
struct EngineKeyMap {
    /// Keys of one hash. Bounds what one lookup costs, whatever an engine announces.
    static let keysPerHashMax = 256

    enum Insertion {
        case stored
        /// The hash has `keysPerHashMax` keys.
        case tooManyKeys
        /// The hash ends with another key already: it does not name one content.
        case ambiguous
    }

    struct Entry: BitwiseCopyable {
        var hash = EngineBlockHash(rawValue: 0)
        var key = BlockKey(rawValue: 0)
        /// By tier. One that has come to 255 stays there: its entry is kept until the map is
        /// emptied, and what the index holds does not depend on it.
        var copies = SIMD4<UInt8>()
        var scope = ScopeNumber.plain
        var isLastPart = true

        var isFree: Bool { copies == SIMD4() }
        /// Whether nobody knows how many copies there are.
        var isKept: Bool { copies == SIMD4(repeating: .max) }
    }

    private var slots: [Entry] = []
    private var mask = 0
    /// Differs from map to map, so that nobody can choose hashes that collide.
    private let disorder = UInt64.random(in: .min ... .max)
    private(set) var count = 0

    /// The key that a block after this one continues.
    func lastKey(of hash: EngineBlockHash, in scope: ScopeNumber) -> BlockKey? {
        var slot = start(of: hash)
        while count > 0, !slots[slot].isFree {
            let entry = slots[slot]
            if entry.hash == hash, entry.isLastPart, entry.scope == scope { return entry.key }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// Whether the engine does not hash what tells scopes from each other.
    func isInSeveralScopes(_ hash: EngineBlockHash) -> Bool {
        guard count > 0 else { return false }
        var scope: ScopeNumber?
        var slot = start(of: hash)
        while !slots[slot].isFree {
            if slots[slot].hash == hash {
                if let scope, scope != slots[slot].scope { return true }
                scope = slots[slot].scope
            }
            slot = (slot + 1) & mask
        }
        return false
    }

    /// Appends all keys of the hash.
    func appendKeys(of hash: EngineBlockHash, to keys: inout [BlockKey]) {
        guard count > 0 else { return }
        var slot = start(of: hash)
        while !slots[slot].isFree {
            if slots[slot].hash == hash { keys.append(slots[slot].key) }
            slot = (slot + 1) & mask
        }
    }

    func contains(_ hash: EngineBlockHash) -> Bool {
        guard count > 0 else { return false }
        var slot = start(of: hash)
        while !slots[slot].isFree {
            if slots[slot].hash == hash { return true }
            slot = (slot + 1) & mask
        }
        return false
    }

    /// Counts one copy of a block, or of a part of it.
    mutating func insert(
        _ entry: Entry,
        in tier: CacheTier,
        counting: CopyCounting
    ) -> Insertion {
        if slots.isEmpty || (count + 1) * 4 > slots.count * 3 { grow() }
        var slot = start(of: entry.hash)
        var keyCount = 0
        while !slots[slot].isFree {
            let known = slots[slot]
            if known.hash == entry.hash {
                if known.scope == entry.scope, known.key == entry.key {
                    slots[slot].addCopy(in: tier, counting)
                    return .stored
                }
                if known.scope == entry.scope, known.isLastPart, entry.isLastPart {
                    return .ambiguous
                }
                keyCount += 1
            }
            slot = (slot + 1) & mask
        }
        guard keyCount < EngineKeyMap.keysPerHashMax else { return .tooManyKeys }
        slots[slot] = entry
        slots[slot].copies = SIMD4()
        slots[slot].addCopy(in: tier, .everyCopy)
        count += 1
        return .stored
    }

    /// Adds an entry that stays until `removeKept` is called, or the map is emptied.
    mutating func keep(_ entry: Entry) {
        var entry = entry
        entry.copies = SIMD4(repeating: .max)
        put(entry)
    }

    /// Counts one copy more of each key that the hash has, as when the engine only names it.
    mutating func addCopy(of hash: EngineBlockHash, in tier: CacheTier, counting: CopyCounting) {
        guard count > 0 else { return }
        var slot = start(of: hash)
        while !slots[slot].isFree {
            if slots[slot].hash == hash { slots[slot].addCopy(in: tier, counting) }
            slot = (slot + 1) & mask
        }
    }

    /// Counts one copy less of each key that the hash has. Those without any are forgotten.
    mutating func removeCopy(of hash: EngineBlockHash, in tier: CacheTier) {
        guard count > 0 else { return }
        var slot = start(of: hash)
        while !slots[slot].isFree {
            guard slots[slot].hash == hash else {
                slot = (slot + 1) & mask
                continue
            }
            slots[slot].removeCopy(in: tier)
            if slots[slot].isFree {
                close(slot)  // another entry may be in this slot now
            } else {
                slot = (slot + 1) & mask
            }
        }
    }

    /// Forgets the keys of the hash that were kept, unless one of them is held still.
    mutating func removeKept(_ hash: EngineBlockHash, unless isHeld: (BlockKey) -> Bool) {
        guard count > 0 else { return }
        var slot = start(of: hash)
        var hasKept = false
        while !slots[slot].isFree {
            if slots[slot].hash == hash, slots[slot].isKept {
                if isHeld(slots[slot].key) { return }
                hasKept = true
            }
            slot = (slot + 1) & mask
        }
        guard hasKept else { return }
        slot = start(of: hash)
        while !slots[slot].isFree {
            if slots[slot].hash == hash, slots[slot].isKept {
                close(slot)  // another entry may be in this slot now
            } else {
                slot = (slot + 1) & mask
            }
        }
    }

    mutating func keepOnly(where isKept: (BlockKey) -> Bool) {
        let old = slots
        removeAll()
        for entry in old where !entry.isFree && isKept(entry.key) { put(entry) }
    }

    mutating func removeAll() {
        slots = []
        mask = 0
        count = 0
    }

    func forEach(_ body: (Entry) -> Void) {
        for entry in slots where !entry.isFree { body(entry) }
    }

    private func start(of hash: EngineBlockHash) -> Int {
        let product = (hash.rawValue ^ disorder).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return Int(truncatingIfNeeded: product.high ^ product.low) & mask
    }

    /// Frees the slot, and moves entries up that would not be found past it.
    private mutating func close(_ freed: Int) {
        count -= 1
        var hole = freed
        var slot = (freed + 1) & mask
        while !slots[slot].isFree {
            let distance = (slot - start(of: slots[slot].hash)) & mask
            if distance >= (slot - hole) & mask {
                slots[hole] = slots[slot]
                hole = slot
            }
            slot = (slot + 1) & mask
        }
        slots[hole] = Entry()
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Entry(), count: max(16, old.count * 2))
        mask = slots.count - 1
        count = 0
        for entry in old where !entry.isFree { put(entry) }
    }

    /// Puts an entry that the map does not have.
    private mutating func put(_ entry: Entry) {
        if slots.isEmpty || (count + 1) * 4 > slots.count * 3 { grow() }
        var slot = start(of: entry.hash)
        while !slots[slot].isFree { slot = (slot + 1) & mask }
        slots[slot] = entry
        count += 1
    }
}

extension EngineKeyMap.Entry {
    fileprivate mutating func addCopy(in tier: CacheTier, _ counting: CopyCounting) {
        let place = Int(tier.rawValue)
        if counting == .onlyFirst, copies[place] > 0 { return }
        if copies[place] < .max { copies[place] += 1 }
    }

    fileprivate mutating func removeCopy(in tier: CacheTier) {
        let place = Int(tier.rawValue)
        if copies[place] > 0, copies[place] < .max { copies[place] -= 1 }
    }
}
