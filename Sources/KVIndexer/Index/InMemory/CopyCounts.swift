/// How often a holder has a block in one tier, where that is more than once.
///
/// Beyond `rowsMax` further copies are not counted: such a block is forgotten when its first
/// copy is removed.
///
/// Thread safety: under the index's lock.
struct CopyCounts {
    private struct Row: Hashable {
        let entry: UInt32
        /// Of one tier.
        let membership: UInt32
    }

    private let rowsMax: Int
    private var rows: [Row: UInt32] = [:]

    var bytes: Int { rows.capacity * (MemoryLayout<Row>.stride + MemoryLayout<UInt32>.stride) }

    init(rowsMax: Int) { self.rowsMax = rowsMax }

    /// Counts a copy beside the first. Returns how many rows that adds.
    mutating func add(_ entry: UInt32, _ membership: Membership) -> Int {
        let row = Row(entry: entry, membership: membership.rawValue)
        if let count = rows[row] {
            rows[row] = count == .max ? count : count + 1
            return 0
        }
        guard rows.count < rowsMax else { return 0 }
        rows[row] = 2
        return 1
    }

    /// Takes a copy away if there is one beside the first. Returns how many rows that removes,
    /// or nil if there was none.
    mutating func takeOne(_ entry: UInt32, _ membership: Membership) -> Int? {
        let row = Row(entry: entry, membership: membership.rawValue)
        guard let count = rows[row] else { return nil }
        rows[row] = count > 2 ? count - 1 : nil
        return count > 2 ? 0 : 1
    }

    /// Forgets a holder's copies of one block. Returns how many rows that removes.
    mutating func removeAll(_ entry: UInt32, of slot: Int) -> Int {
        (0..<Membership.tierBits).count { tier in
            let membership = Membership(slot: slot, tiers: 1 << UInt8(tier))
            return rows.removeValue(forKey: Row(entry: entry, membership: membership.rawValue))
                != nil
        }
    }

    mutating func removeAll(of slots: Set<Int>) {
        guard !rows.isEmpty else { return }
        rows = rows.filter { !slots.contains(Membership(rawValue: $0.key.membership).slot) }
    }
}
