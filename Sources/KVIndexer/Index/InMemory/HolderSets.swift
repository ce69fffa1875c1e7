/// Sets of two or more holders: each is kept once, however many blocks have it.
///
/// Invariants:
/// 1. Members are in `HolderTable`'s order, each slot once. No two sets are equal.
/// 2. `references` counts the entries that have the set, and whoever pins it meanwhile; a set
///    without any is gone.
///
/// Thread safety: under the index's lock.
struct HolderSets: ~Copyable {
    // Not private, as `CopyCounts.Row` is not.
    @safe struct Record: BitwiseCopyable {
        let members: UnsafeMutablePointer<Membership>
        let count: UInt32
        var references: UInt32
        let hash: UInt32

        var bytes: Int { Int(count) * MemoryLayout<Membership>.stride + 16 }
    }

    /// A record, and its number in the tables that are as full as they mostly are.
    private static let recordBytes = 48

    private var records = GrowingBuffer<Record>()
    private var freeNumbers: [Int] = []
    private var table = TagTable()
    private var memberBytes = 0

    var count: Int { table.count }
    /// What the sets in use take: other sets, or other tables, have it when they go.
    var usedBytes: Int { memberBytes + count * Self.recordBytes }
    var bytes: Int { memberBytes + records.bytes + table.bytes + freeNumbers.capacity * 8 }

    deinit {
        var free = Set(freeNumbers)
        for number in 0..<records.count where free.remove(number) == nil {
            unsafe records[number].members.deallocate()
        }
    }

    /// - Parameter id: of several.
    @inline(__always)
    func members(of id: HolderSetID) -> UnsafeBufferPointer<Membership> {
        let record = records[id.number]
        return unsafe UnsafeBufferPointer(start: record.members, count: Int(record.count))
    }

    /// Calls `body` for each member, in order.
    @inline(__always)
    func forEachMember(of id: HolderSetID, _ body: (Membership) -> Void) {
        if id.isSeveral {
            let members = unsafe members(of: id)
            for index in 0..<members.count { body(unsafe members[index]) }
        } else if id != .nobody {
            body(id.single)
        }
    }

    func firstSlot(of id: HolderSetID, where isWanted: (Int) -> Bool) -> Int? {
        guard id.isSeveral else {
            return id != .nobody && isWanted(id.single.slot) ? id.single.slot : nil
        }
        return unsafe members(of: id).first { isWanted($0.slot) }?.slot
    }

    /// In which tiers the holder has the blocks of this set.
    func tiers(of slot: Int, in id: HolderSetID, _ holders: borrowing HolderTable) -> UInt8 {
        guard id.isSeveral else {
            return id != .nobody && id.single.slot == slot ? id.single.tiers : 0
        }
        let members = unsafe members(of: id)
        let place = unsafe Self.place(of: slot, in: members, holders)
        let isMember = unsafe place < members.count && members[place].slot == slot
        return unsafe isMember ? members[place].tiers : 0
    }

    /// The set in which the holder has these tiers, or none, and all others are as they were.
    /// A set that is new has no references yet: the caller retains it.
    mutating func set(
        like id: HolderSetID,
        but membership: Membership,
        _ holders: borrowing HolderTable
    ) -> HolderSetID {
        if id.isSeveral {
            let members = unsafe members(of: id)
            let hash = records[id.number].hash
            return unsafe changed(members, hash, by: membership, holders) ?? id
        }
        if id == .nobody { return membership.tiers == 0 ? .nobody : HolderSetID(membership) }
        return unsafe withUnsafePointer(to: id.single) { only in
            let members = unsafe UnsafeBufferPointer(start: only, count: 1)
            return unsafe changed(members, id.single.hash, by: membership, holders) ?? id
        }
    }

    /// - Parameter id: may be of one member or nobody, which need no counting.
    mutating func retain(_ id: HolderSetID, by count: UInt32 = 1) {
        guard id.isSeveral else { return }
        records[id.number].references += count
    }

    mutating func release(_ id: HolderSetID, by count: UInt32 = 1) {
        guard id.isSeveral else { return }
        records[id.number].references -= count
        let record = records[id.number]
        guard record.references == 0 else { return }
        table.remove(UInt32(truncatingIfNeeded: id.number), tag: record.hash)
        memberBytes -= record.bytes
        unsafe record.members.deallocate()
        freeNumbers.append(id.number)
    }

    /// Nil if nothing changes.
    private mutating func changed(
        _ members: UnsafeBufferPointer<Membership>,
        _ hash: UInt32,
        by membership: Membership,
        _ holders: borrowing HolderTable
    ) -> HolderSetID? {
        let place = unsafe Self.place(of: membership.slot, in: members, holders)
        let isMember = unsafe place < members.count && members[place].slot == membership.slot
        let old = unsafe isMember ? members[place] : nil
        let new = membership.tiers == 0 ? nil : membership
        if old == new { return nil }
        let change = unsafe SetChange(
            head: UnsafeBufferPointer(rebasing: members[..<place]),
            new: new,
            tail: UnsafeBufferPointer(rebasing: members[(isMember ? place + 1 : place)...])
        )
        if change.count < 2 {
            let only = unsafe change.new ?? change.head.first ?? change.tail.first
            return only.map { HolderSetID($0) } ?? .nobody
        }
        return number(of: change, hash: hash &- (old?.hash ?? 0) &+ (new?.hash ?? 0))
    }

    private mutating func number(of change: SetChange, hash: UInt32) -> HolderSetID {
        let known = table.first(hash) { number in
            let members = unsafe members(of: HolderSetID(several: Int(number)))
            return unsafe change.equals(members)
        }
        if let known { return HolderSetID(several: Int(known)) }
        let record = unsafe Record(
            members: change.copied(),
            count: UInt32(truncatingIfNeeded: change.count),
            references: 0,
            hash: hash
        )
        memberBytes += record.bytes
        let number = freeNumbers.popLast() ?? records.count
        if number == records.count {
            records.append(record)
        } else {
            records[number] = record
        }
        table.insert(UInt32(truncatingIfNeeded: number), tag: hash)
        return HolderSetID(several: number)
    }

    /// Where the holder is, or would have to be.
    private static func place(
        of slot: Int,
        in members: UnsafeBufferPointer<Membership>,
        _ holders: borrowing HolderTable
    ) -> Int {
        var (low, high) = (0, members.count)
        while low < high {
            let middle = (low + high) / 2
            if unsafe holders.precedes(members[middle].slot, slot) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}

/// A set as it will be: what stays before and behind one place, and what stands there.
@safe private struct SetChange {
    let head: UnsafeBufferPointer<Membership>
    let new: Membership?
    let tail: UnsafeBufferPointer<Membership>

    var count: Int { unsafe head.count + (new == nil ? 0 : 1) + tail.count }

    func equals(_ members: UnsafeBufferPointer<Membership>) -> Bool {
        guard members.count == count, unsafe members.starts(with: head),
            unsafe new == nil || members[head.count] == new
        else { return false }
        return unsafe members[(count - tail.count)...].elementsEqual(tail)
    }

    func copied() -> UnsafeMutablePointer<Membership> {
        let copy = UnsafeMutablePointer<Membership>.allocate(capacity: count)
        if let start = unsafe head.baseAddress {
            unsafe copy.update(from: start, count: head.count)
        }
        if let new = new { unsafe copy[head.count] = new }
        if let start = unsafe tail.baseAddress {
            unsafe (copy + count - tail.count).update(from: start, count: tail.count)
        }
        return unsafe copy
    }
}
