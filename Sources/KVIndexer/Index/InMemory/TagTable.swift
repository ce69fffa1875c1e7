/// Numbers by 32-bit tags, in one flat table with linear probing. Several numbers may have one
/// tag; the caller tells them apart.
///
/// Invariants:
/// 1. A slot is a tag above a number plus one; 0 is empty.
/// 2. A slot's home follows from its tag alone, and homes ascend with tags: growing and removing
///    never ask the owner of the numbers, and growing writes in order.
/// 3. No empty slot lies between a slot and its home; at least one is empty.
///
/// Thread safety: none; under the index's lock.
@safe struct TagTable: ~Copyable {
    private(set) var count = 0
    private(set) var capacity = 0
    /// `capacity` slots, or none.
    private var slots: UnsafeMutablePointer<UInt64>?

    var bytes: Int { capacity * MemoryLayout<UInt64>.stride }
    var bytesAfterInsert: Int {
        mustGrow ? grownCapacity * MemoryLayout<UInt64>.stride : bytes
    }

    init() {}

    deinit { if let slots = unsafe slots { unsafe ZeroedMemory.free(slots, bytes: bytes) } }

    /// The first number with this tag that `isWanted` takes.
    @inline(__always)
    func first(_ tag: UInt32, where isWanted: (UInt32) -> Bool) -> UInt32? {
        guard let slots = unsafe slots else { return nil }
        var place = home(of: tag)
        while true {
            // Invariant 3 ends the loop; `place` stays below `capacity`.
            let slot = unsafe slots[place]
            if slot == 0 { return nil }
            if Self.tag(slot) == tag, isWanted(Self.number(slot)) { return Self.number(slot) }
            place = next(place)
        }
    }

    /// - Parameter number: below `UInt32.max`, and not in the table with this tag.
    mutating func insert(_ number: UInt32, tag: UInt32) {
        if mustGrow { grow() }
        count += 1
        if let slots = unsafe slots {
            unsafe place(UInt64(tag) << 32 | UInt64(number + 1), in: slots)
        }
    }

    mutating func remove(_ number: UInt32, tag: UInt32) {
        guard let slots = unsafe slots else { return }
        let wanted = UInt64(tag) << 32 | UInt64(number + 1)
        var hole = home(of: tag)
        while unsafe slots[hole] != wanted {
            if unsafe slots[hole] == 0 { return }
            hole = next(hole)
        }
        count -= 1
        // Whatever the hole would cut off from its home moves into it.
        var place = next(hole)
        while unsafe slots[place] != 0 {
            let home = home(of: Self.tag(unsafe slots[place]))
            if distance(from: home, to: place) >= distance(from: hole, to: place) {
                unsafe slots[hole] = slots[place]
                hole = place
            }
            place = next(place)
        }
        unsafe slots[hole] = 0
    }

    private static func tag(_ slot: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: slot >> 32) }
    private static func number(_ slot: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: slot) &- 1 }

    private func home(of tag: UInt32) -> Int {
        Int(truncatingIfNeeded: (UInt64(tag) &* UInt64(truncatingIfNeeded: capacity)) >> 32)
    }

    private func next(_ place: Int) -> Int { place &+ 1 == capacity ? 0 : place &+ 1 }

    private func distance(from home: Int, to place: Int) -> Int {
        place >= home ? place &- home : place &- home &+ capacity
    }

    private func place(_ slot: UInt64, in slots: UnsafeMutablePointer<UInt64>) {
        var place = home(of: Self.tag(slot))
        while unsafe slots[place] != 0 { place = next(place) }
        unsafe slots[place] = slot
    }

    private var mustGrow: Bool { (count + 1) * 4 > capacity * 3 }

    /// Half as much again: between grown and full, the table is about 62 % full.
    private var grownCapacity: Int { max(64, capacity + capacity / 2) }

    private mutating func grow() {
        let (old, oldCapacity, oldBytes) = unsafe (slots, capacity, bytes)
        capacity = grownCapacity
        let memory = unsafe ZeroedMemory.allocate(bytes: bytes)
        let new = unsafe memory.bindMemory(to: UInt64.self, capacity: capacity)
        unsafe slots = new
        guard let old = unsafe old else { return }
        for place in 0..<oldCapacity {
            let slot = unsafe old[place]
            if slot != 0 { unsafe self.place(slot, in: new) }
        }
        unsafe ZeroedMemory.free(old, bytes: oldBytes)
    }
}
