internal import Domain

/// Every holder, by its slot.
///
/// Invariant: a slot that blocks may name is not given to another holder: one that is closed
/// while it has blocks stays closed until a sweep has found no block that names it.
///
/// Thread safety: under the index's lock.
struct HolderTable: ~Copyable {
    /// What a lookup asks of a holder.
    struct View: BitwiseCopyable {
        /// Its cache's slot.
        var cache: UInt32
        /// The key space, with `openBit` if the holder is open.
        var visibility: UInt32
        var kind: HolderKind
    }

    /// What only writers ask.
    struct Account: BitwiseCopyable {
        var generation: UInt32 = 0
        var blocks = 0
        /// Rows of `CopyCounts` that are this holder's.
        var copyRows = 0
    }

    private static let slotBits: UInt32 = 20
    private static let slotsMax = 1 << Int(slotBits)
    static let openBit: UInt32 = 1 << 16

    private var views = GrowingBuffer<View>()
    private var accounts = GrowingBuffer<Account>()
    private var freeSlots: [Int] = []
    /// Closed since the pass of the sweep began, and those that it is for.
    private var closedSlots: [Int] = []
    private var passSlots: [Int] = []
    /// Rows of `CopyCounts` that are those of closed holders.
    private(set) var closedCopyRows = 0
    private(set) var caches = CacheTable()

    var slotCount: Int { views.count }
    var closedCount: Int { closedSlots.count + passSlots.count }
    var openCount: Int { slotCount - freeSlots.count - closedCount }
    var bytes: Int {
        views.bytes + accounts.bytes + caches.bytes
            + (freeSlots.capacity + closedSlots.capacity + passSlots.capacity)
            * MemoryLayout<Int>.stride
    }

    static func visibility(in space: KeySpaceID) -> UInt32 { UInt32(space.rawValue) | openBit }

    mutating func open(_ cache: CacheID, in space: KeySpaceID, as kind: HolderKind) -> HolderID? {
        guard !freeSlots.isEmpty || slotCount < Self.slotsMax else { return nil }
        let view = View(
            cache: caches.retain(cache),
            visibility: Self.visibility(in: space),
            kind: kind
        )
        if let slot = freeSlots.popLast() {
            views[slot] = view
            accounts[slot] = Account(generation: accounts[slot].generation &+ 1)
            return id(of: slot)
        }
        views.append(view)
        accounts.append(Account())
        return id(of: slotCount - 1)
    }

    /// Nil if it is closed.
    func slot(of holder: HolderID) -> Int? {
        let slot = Int(holder.rawValue) & (Self.slotsMax - 1)
        return slot < slotCount && isOpen(slot) && id(of: slot) == holder ? slot : nil
    }

    func id(of slot: Int) -> HolderID {
        HolderID(
            rawValue: accounts[slot].generation << Self.slotBits | UInt32(truncatingIfNeeded: slot)
        )
    }

    @inline(__always)
    func view(_ slot: Int) -> View { views[slot] }

    func isOpen(_ slot: Int) -> Bool { views[slot].visibility & Self.openBit != 0 }

    func mark(_ slot: Int, _ kind: HolderKind) { views[slot].kind = kind }

    func isConfirmed(_ slot: Int, at cache: CacheID, in space: KeySpaceID) -> Bool {
        let view = views[slot]
        return view.kind == .confirmed && view.visibility == Self.visibility(in: space)
            && caches[view.cache] == cache
    }

    var openHolders: [OpenHolder] {
        (0..<slotCount).compactMap { slot in
            guard isOpen(slot) else { return nil }
            let view = views[slot]
            return OpenHolder(
                id: id(of: slot),
                cache: caches[view.cache],
                space: KeySpaceID(rawValue: UInt16(truncatingIfNeeded: view.visibility)),
                kind: view.kind
            )
        }
    }

    /// Whether members of slot `first` stand before those of slot `second` in a set: in the order
    /// of endpoints, then ranks, so that a lookup meets them in the order of its result.
    func precedes(_ first: Int, _ second: Int) -> Bool {
        let (a, b) = (caches.order(views[first].cache), caches.order(views[second].cache))
        return a == b ? first < second : a < b
    }

    func account(_ slot: Int) -> Account { accounts[slot] }
    func addBlocks(_ change: Int, to slot: Int) { accounts[slot].blocks += change }

    mutating func addCopyRows(_ change: Int, to slot: Int) {
        accounts[slot].copyRows += change
        if !isOpen(slot) { closedCopyRows += change }
    }

    /// Returns the blocks that nobody holds any more on this holder's behalf.
    mutating func close(_ slot: Int) -> Int {
        views[slot].visibility &= ~Self.openBit
        closedCopyRows += accounts[slot].copyRows
        let blocks = accounts[slot].blocks
        if blocks == 0 {
            release(slot)
        } else {
            closedSlots.append(slot)
        }
        return blocks
    }

    /// Begins a pass of the sweep, for all that are closed. False if none are. No other pass may
    /// be under way.
    mutating func beginPass() -> Bool {
        swap(&closedSlots, &passSlots)
        return !passSlots.isEmpty
    }

    /// Makes so many slots of the pass, which no block names any more, free for others. Whether
    /// those were the last.
    mutating func endPass(releasing countMax: Int) -> Bool {
        for slot in passSlots.suffix(countMax) { release(slot) }
        passSlots.removeLast(min(countMax, passSlots.count))
        return passSlots.isEmpty
    }

    private mutating func release(_ slot: Int) {
        caches.release(views[slot].cache)
        freeSlots.append(slot)
    }
}
