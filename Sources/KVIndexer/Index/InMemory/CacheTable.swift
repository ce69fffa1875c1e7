internal import Domain

/// Every cache that a holder is open for, by a small dense slot.
///
/// Thread safety: under the index's lock.
struct CacheTable: ~Copyable {
    private var ids = GrowingBuffer<CacheID>()
    private var slots: [CacheID: UInt32] = [:]
    private var holderCounts: [Int] = []
    private var freeSlots: [UInt32] = []

    /// Slots that were ever in use.
    var count: Int { ids.count }
    var bytes: Int {
        ids.bytes + holderCounts.capacity * MemoryLayout<Int>.stride
            + slots.capacity * (MemoryLayout<CacheID>.stride + MemoryLayout<UInt32>.stride)
    }

    @inline(__always)
    subscript(slot: UInt32) -> CacheID { ids[Int(slot)] }

    /// By endpoint, then rank.
    func order(_ slot: UInt32) -> UInt64 {
        let cache = ids[Int(slot)]
        return UInt64(cache.endpoint.rawValue) << 16 | UInt64(cache.rank)
    }

    mutating func retain(_ cache: CacheID) -> UInt32 {
        if let slot = slots[cache] {
            holderCounts[Int(slot)] += 1
            return slot
        }
        let slot = freeSlots.popLast() ?? UInt32(ids.count)
        if Int(slot) == ids.count {
            ids.append(cache)
            holderCounts.append(1)
        } else {
            ids[Int(slot)] = cache
            holderCounts[Int(slot)] = 1
        }
        slots[cache] = slot
        return slot
    }

    mutating func release(_ slot: UInt32) {
        holderCounts[Int(slot)] -= 1
        guard holderCounts[Int(slot)] == 0 else { return }
        slots[ids[Int(slot)]] = nil
        freeSlots.append(slot)
    }
}
