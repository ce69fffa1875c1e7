/// How often a holder has a block in one tier, where that is more than once.
///
/// Beyond `rowsMax` or `bytesMax` further copies are not counted: such a block is forgotten when
/// its first copy is removed.
///
/// Thread safety: under the index's lock.
struct CopyCounts: ~Copyable {
    // Not private: the compiler (6.3.1) fails on buffers of private types in debug builds.
    struct Row: BitwiseCopyable {
        let entry: UInt32
        /// Of one tier.
        let membership: Membership
        /// At least 2; 0 if the row is free.
        var count: UInt32
    }

    /// What may be allocated; what is already stays.
    var bytesMax = Int.max
    private let rowsMax: Int
    private var table = TagTable()
    private var rows = GrowingBuffer<Row>()
    private var freeRows = GrowingBuffer<UInt32>()
    private var freeCount = 0

    /// Rows that were ever in use.
    var rowCount: Int { rows.count }
    var bytes: Int { table.bytes + rows.bytes + freeRows.bytes }
    private var bytesAfterAppend: Int {
        table.bytesAfterInsert + rows.bytesAfterAppend + freeRows.bytesAfterAppend
    }

    init(rowsMax: Int) { self.rowsMax = min(rowsMax, Int(UInt32.max) - 1) }

    /// Counts a copy beside the first. Returns how many rows that adds.
    mutating func add(_ entry: UInt32, _ membership: Membership) -> Int {
        if let row = row(entry, membership) {
            if rows[row].count < .max { rows[row].count += 1 }
            return 0
        }
        guard table.count < rowsMax else { return 0 }
        let new = Row(entry: entry, membership: membership, count: 2)
        if freeCount > 0 {
            freeCount -= 1
            rows[Int(freeRows[freeCount])] = new
            table.insert(freeRows[freeCount], tag: Self.tag(entry, membership))
        } else {
            guard bytesAfterAppend <= bytesMax || bytesAfterAppend == bytes else { return 0 }
            table.insert(UInt32(rows.count), tag: Self.tag(entry, membership))
            rows.append(new)
            freeRows.append(0)
        }
        return 1
    }

    /// Takes a copy away if there is one beside the first. Returns how many rows that removes,
    /// or nil if there was none.
    mutating func takeOne(_ entry: UInt32, _ membership: Membership) -> Int? {
        guard let row = row(entry, membership) else { return nil }
        if rows[row].count > 2 {
            rows[row].count -= 1
            return 0
        }
        remove(row)
        return 1
    }

    /// Forgets a holder's copies of one block. Returns how many rows that removes.
    mutating func removeAll(_ entry: UInt32, of slot: Int) -> Int {
        var removed = 0
        for tier in 0..<UInt8(Membership.tierBits) {
            guard let row = row(entry, Membership(slot: slot, tiers: 1 << tier)) else { continue }
            remove(row)
            removed += 1
        }
        return removed
    }

    /// Forgets the copies of closed holders among some rows.
    mutating func removeClosed(_ part: Range<Int>, _ holders: inout HolderTable) {
        for row in part where rows[row].count > 0 {
            let slot = rows[row].membership.slot
            guard !holders.isOpen(slot) else { continue }
            remove(row)
            holders.addCopyRows(-1, to: slot)
        }
    }

    private func row(_ entry: UInt32, _ membership: Membership) -> Int? {
        let row = table.first(Self.tag(entry, membership)) { row in
            rows[Int(row)].entry == entry && rows[Int(row)].membership == membership
        }
        return row.map { Int($0) }
    }

    private mutating func remove(_ row: Int) {
        table.remove(UInt32(row), tag: Self.tag(rows[row].entry, rows[row].membership))
        rows[row].count = 0
        freeRows[freeCount] = UInt32(row)
        freeCount += 1
    }

    private static func tag(_ entry: UInt32, _ membership: Membership) -> UInt32 {
        let row = UInt64(entry) << 32 | UInt64(membership.rawValue)
        let product = row.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return UInt32(truncatingIfNeeded: (product.high ^ product.low) >> 32)
    }
}
