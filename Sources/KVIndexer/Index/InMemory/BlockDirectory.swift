internal import Domain

/// Entries by the keys that they have: extendible hashing, whose pages split one at a time, so
/// that no change ever waits for all keys to be placed anew, and none of them moves in memory.
///
/// A slot is 32 bits of the key's hash, its tag, above the entry's number plus one; 0 is empty.
/// The tag's highest bits choose the page, its lowest the slot's home in it. Keys of one tag are
/// told apart by their entries.
///
/// Invariants:
/// 1. All keys whose tags agree in the highest `depths[page]` bits are in that page.
/// 2. In a page, no empty slot lies between a slot and its home, and one is always empty.
///
/// Thread safety: none; under the index's lock.
struct BlockDirectory: ~Copyable {
    struct Hash: BitwiseCopyable {
        let tag: UInt32
    }

    private static let pageSlots = 512
    /// Above this, probing gets long.
    private static let pageCountMax: UInt16 = 410
    /// The lowest bits of a tag are left for the home.
    private static let depthMax: UInt32 = 23

    /// Random, so that no engine can choose keys that all fall into one place.
    private let seed = UInt64.random(in: .min ... .max)
    private var slots: ReservedMemory<UInt64>
    private var counts: ReservedMemory<UInt16>
    private var depths: ReservedMemory<UInt8>
    /// Pages by the highest `depth` bits of a tag.
    private var pages: ReservedMemory<UInt32>
    private var depth: UInt32 = 0
    private var pageCount = 0
    private(set) var count = 0
    /// Whether pages may be added. Without, pages get fuller than they should.
    var mayGrow = true {
        didSet { if mayGrow { countMax = .max } }
    }
    /// Keys that fit in as long as the directory may not grow: as many as there were when a page
    /// was first refused. Well beyond, some pages would be full.
    private(set) var countMax = Int.max

    var bytes: Int { slots.bytes + counts.bytes + depths.bytes + pages.bytes }

    /// - Parameter countMax: keys that there will be at most.
    init(countMax: Int) {
        // A page that has just split is two fifths full; so may all be.
        let pageMax = countMax * 3 / Self.pageSlots + 64
        slots = ReservedMemory(countMax: pageMax * Self.pageSlots)
        counts = ReservedMemory(countMax: pageMax)
        depths = ReservedMemory(countMax: pageMax)
        pages = ReservedMemory(countMax: 1 << Int(Self.depthMax))
        guard pages.grow(to: 1), newPage(depth: 0) != nil else {
            preconditionFailure("no memory for an index")
        }
    }

    @inline(__always)
    func hash(_ key: BlockKey) -> Hash {
        let product = (key.rawValue ^ seed).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return Hash(tag: UInt32(truncatingIfNeeded: product.high ^ product.low))
    }

    /// The first entry with this hash that `isWanted` takes.
    @inline(__always)
    func entry(_ hash: Hash, where isWanted: (UInt32) -> Bool) -> UInt32? {
        let start = start(of: hash.tag)
        var home = Self.home(of: hash.tag)
        while true {  // Invariant 2 ends it.
            let slot = slots[start + home]
            if slot == 0 { return nil }
            if Self.tag(slot) == hash.tag, isWanted(Self.entry(slot)) { return Self.entry(slot) }
            home = Self.next(home)
        }
    }

    /// What lies at the hash's home if the tag is right, without looking further: perhaps the
    /// entry wanted; or entry 0. Calling this for several hashes before asking for any lets the
    /// processor fetch them together: so it must not branch on what it reads.
    @inline(__always)
    func hint(_ hash: Hash) -> UInt32 {
        let slot = slots[start(of: hash.tag) + Self.home(of: hash.tag)]
        let difference = slot >> 32 ^ UInt64(hash.tag)
        let allOnesIfEqual = UInt32(truncatingIfNeeded: (difference &- 1) >> 32)
        let number = UInt32(truncatingIfNeeded: slot)
        return (number &- min(number, 1)) & allOnesIfEqual
    }

    /// - Parameter entry: of a key that is not in the directory, below `UInt32.max`.
    /// - Returns: false if there is no room.
    mutating func insert(_ entry: UInt32, _ hash: Hash) -> Bool {
        while counts[page(of: hash.tag)] >= Self.pageCountMax {
            if mayGrow, split(hash.tag) { continue }
            if !mayGrow, countMax == .max { countMax = count }
            if counts[page(of: hash.tag)] + 1 >= UInt16(Self.pageSlots) { return false }
            break
        }
        place(UInt64(hash.tag) << 32 | UInt64(entry + 1), on: page(of: hash.tag))
        count += 1
        return true
    }

    mutating func remove(_ entry: UInt32, _ hash: Hash) {
        let wanted = UInt64(hash.tag) << 32 | UInt64(entry + 1)
        let start = start(of: hash.tag)
        var hole = Self.home(of: hash.tag)
        while slots[start + hole] != wanted {
            if slots[start + hole] == 0 { return }
            hole = Self.next(hole)
        }
        counts[page(of: hash.tag)] -= 1
        count -= 1
        // Whatever the hole would cut off from its home moves into it.
        var place = Self.next(hole)
        while slots[start + place] != 0 {
            let home = Self.home(of: Self.tag(slots[start + place]))
            if Self.distance(home, place) >= Self.distance(hole, place) {
                slots[start + hole] = slots[start + place]
                hole = place
            }
            place = Self.next(place)
        }
        slots[start + hole] = 0
    }

    // MARK: Pages

    @inline(__always)
    private func page(of tag: UInt32) -> Int { Int(pages[Int(tag >> (32 - depth))]) }

    @inline(__always)
    private func start(of tag: UInt32) -> Int { page(of: tag) &* Self.pageSlots }

    private mutating func newPage(depth: UInt8) -> Int? {
        let page = pageCount
        guard slots.grow(to: (page + 1) * Self.pageSlots), counts.grow(to: page + 1),
            depths.grow(to: page + 1)
        else { return nil }
        depths[page] = depth
        pageCount += 1
        return page
    }

    /// Moves half of the page that has this tag to a new one. False if there is no room for it.
    private mutating func split(_ tag: UInt32) -> Bool {
        let old = page(of: tag)
        let oldDepth = UInt32(depths[old])
        guard oldDepth < depth || deepen(), let new = newPage(depth: UInt8(oldDepth + 1)) else {
            return false
        }
        depths[old] = UInt8(oldDepth + 1)
        let length = 1 << Int(depth - oldDepth)
        let first = Int(tag >> (32 - oldDepth)) * length
        for index in first + length / 2..<first + length { pages[index] = UInt32(new) }
        spread(old)
        return true
    }

    /// Doubles the list of pages.
    private mutating func deepen() -> Bool {
        guard depth < Self.depthMax, pages.grow(to: 2 << Int(depth)) else { return false }
        for index in (0..<1 << Int(depth)).reversed() {
            let page = pages[index]
            pages[2 * index] = page
            pages[2 * index + 1] = page
        }
        depth += 1
        return true
    }

    /// Places all slots of a page anew, some on another page.
    private mutating func spread(_ page: Int) {
        let start = page * Self.pageSlots
        let all = (start..<start + Self.pageSlots).map { slots[$0] }
        for place in start..<start + Self.pageSlots { slots[place] = 0 }
        counts[page] = 0
        for slot in all where slot != 0 { place(slot, on: self.page(of: Self.tag(slot))) }
    }

    private mutating func place(_ slot: UInt64, on page: Int) {
        var home = Self.home(of: Self.tag(slot))
        let start = page * Self.pageSlots
        while slots[start + home] != 0 { home = Self.next(home) }
        slots[start + home] = slot
        counts[page] += 1
    }

    // MARK: Slots

    private static func tag(_ slot: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: slot >> 32) }
    private static func entry(_ slot: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: slot) &- 1 }
    private static func home(of tag: UInt32) -> Int { Int(tag) & (pageSlots - 1) }
    private static func next(_ place: Int) -> Int { (place &+ 1) & (pageSlots - 1) }
    private static func distance(_ home: Int, _ place: Int) -> Int {
        (place &- home) & (pageSlots - 1)
    }
}
