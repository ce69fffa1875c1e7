/// An endpoint that holds a block.
struct BlockHolder: Equatable, BitwiseCopyable {
    /// `EndpointID.rawValue`.
    let endpoint: UInt32
    /// Where the block is in the endpoint's own list.
    let place: UInt32
}

/// Which endpoints hold which blocks.
///
/// The table is in many parts, so that nobody ever waits for more than one of them to grow.
///
/// Thread safety: none. What only reads is `mutating`, too: of a value that is read in place the
/// compiler retains no array.
struct BlockHolders {
    private static let partBits = 10
    private var parts = [Part](repeating: Part(), count: 1 << partBits)
    /// Never read: it is what makes the loads of `fetch` count.
    private var fetched: UInt64 = 0

    /// Who holds a block, by ascending endpoint.
    enum Holders {
        case nobody
        case one(BlockHolder)
        case several([BlockHolder])
    }

    mutating func holders(of block: UInt64) -> Holders {
        parts[Self.part(of: block)].holders(of: block)
    }

    /// Where the block is in the list of an endpoint. Nil if the endpoint does not hold it.
    mutating func place(of block: UInt64, at endpoint: UInt32) -> UInt32? {
        parts[Self.part(of: block)].place(of: block, at: endpoint)
    }

    /// - Precondition: that endpoint does not hold the block yet.
    mutating func insert(_ holder: BlockHolder, of block: UInt64) {
        parts[Self.part(of: block)].insert(holder, of: block)
    }

    mutating func remove(_ block: UInt64, at endpoint: UInt32) {
        parts[Self.part(of: block)].remove(block, at: endpoint)
    }

    /// Touches the memory that these blocks need. Called for several before any is asked for, it
    /// lets the processor load all of it at the same time.
    mutating func fetch(_ blocks: some Sequence<UInt64>) {
        var sum: UInt64 = 0
        for block in blocks { sum ^= parts[Self.part(of: block)].homeWord(of: block) }
        fetched ^= sum
    }

    /// Blocks that somebody holds.
    var blockCount: Int { parts.reduce(0) { $0 + $1.count } }

    private static func part(of block: UInt64) -> Int {
        Int(truncatingIfNeeded: block >> UInt64(64 - partBits))
    }
}

extension BlockHolders {
    /// The blocks whose names begin with the same bits: open addressing, probed linearly.
    ///
    /// Invariants:
    /// 1. No free slot lies between a slot and its home, and at least one is free.
    /// 2. A set has at least two holders; a slot with fewer has them itself.
    private struct Part {
        private static let slotCountMin = 8
        /// In place of an endpoint: `place` is the number of a set.
        private static let severalMark = UInt32.max

        private struct Slot {
            /// 0: free.
            var block: UInt64 = 0
            var holder = BlockHolder(endpoint: 0, place: 0)
        }

        private var slots: [Slot] = []
        private(set) var count = 0
        private var sets: [[BlockHolder]] = []
        private var freeSets: [UInt32] = []

        private var mask: Int { slots.count - 1 }

        mutating func holders(of block: UInt64) -> Holders {
            guard let slot = slot(of: block) else { return .nobody }
            let holder = slots[slot].holder
            return holder.endpoint == Self.severalMark
                ? .several(sets[Int(holder.place)]) : .one(holder)
        }

        mutating func place(of block: UInt64, at endpoint: UInt32) -> UInt32? {
            guard let slot = slot(of: block) else { return nil }
            let holder = slots[slot].holder
            guard holder.endpoint == Self.severalMark else {
                return holder.endpoint == endpoint ? holder.place : nil
            }
            let number = Int(holder.place)
            let index = sets[number].index(of: endpoint)
            guard index < sets[number].count, sets[number][index].endpoint == endpoint else {
                return nil
            }
            return sets[number][index].place
        }

        mutating func insert(_ new: BlockHolder, of block: UInt64) {
            guard let slot = slot(of: block) else {
                if (count + 1) * 4 > slots.count * 3 {
                    resize(to: max(Self.slotCountMin, slots.count * 2))
                }
                place(Slot(block: block, holder: new))
                count += 1
                return
            }
            let holder = slots[slot].holder
            guard holder.endpoint != Self.severalMark else {
                let index = sets[Int(holder.place)].index(of: new.endpoint)
                sets[Int(holder.place)].insert(new, at: index)
                return
            }
            let set = holder.endpoint < new.endpoint ? [holder, new] : [new, holder]
            slots[slot].holder = BlockHolder(endpoint: Self.severalMark, place: keep(set))
        }

        mutating func remove(_ block: UInt64, at endpoint: UInt32) {
            guard let slot = slot(of: block) else { return }
            let holder = slots[slot].holder
            guard holder.endpoint == Self.severalMark else {
                if holder.endpoint == endpoint { free(slot) }
                return
            }
            let number = Int(holder.place)
            let index = sets[number].index(of: endpoint)
            guard index < sets[number].count, sets[number][index].endpoint == endpoint else {
                return
            }
            sets[number].remove(at: index)
            if sets[number].count == 1 {
                slots[slot].holder = sets[number][0]
                sets[number] = []
                freeSets.append(holder.place)
            }
        }

        @inline(__always)
        mutating func homeWord(of block: UInt64) -> UInt64 {
            slots.isEmpty ? 0 : slots[home(of: block)].block
        }

        @inline(__always)
        private mutating func slot(of block: UInt64) -> Int? {
            guard !slots.isEmpty else { return nil }
            var slot = home(of: block)
            while slots[slot].block != 0 {
                if slots[slot].block == block { return slot }
                slot = (slot + 1) & mask
            }
            return nil
        }

        private func home(of block: UInt64) -> Int { Int(truncatingIfNeeded: block) & mask }

        private mutating func place(_ new: Slot) {
            var slot = home(of: new.block)
            while slots[slot].block != 0 { slot = (slot + 1) & mask }
            slots[slot] = new
        }

        private mutating func keep(_ set: [BlockHolder]) -> UInt32 {
            if let number = freeSets.popLast() {
                sets[Int(number)] = set
                return number
            }
            sets.append(set)
            return UInt32(sets.count - 1)
        }

        private mutating func free(_ slot: Int) {
            var hole = slot
            var next = (hole + 1) & mask
            while slots[next].block != 0 {
                // Whatever the hole would cut off from its home moves into it.
                if (next - home(of: slots[next].block)) & mask >= (next - hole) & mask {
                    slots[hole] = slots[next]
                    hole = next
                }
                next = (next + 1) & mask
            }
            slots[hole] = Slot()
            count -= 1
            if count * 8 < slots.count, slots.count > Self.slotCountMin {
                resize(to: slots.count / 2)
            }
        }

        private mutating func resize(to slotCount: Int) {
            let old = slots
            slots = [Slot](repeating: Slot(), count: slotCount)
            for slot in old where slot.block != 0 { place(slot) }
        }
    }
}

extension [BlockHolder] {
    /// Where a holder is, or belongs, among holders in ascending order.
    fileprivate func index(of endpoint: UInt32) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].endpoint < endpoint { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
