/// Names a run for as long as it is in its table.
struct RunID: Equatable {
    /// Of the table's parts, and of the runs in it.
    fileprivate let part: UInt16
    fileprivate let index: UInt32
}

/// Runs by their first blocks.
///
/// The table is in many parts, so that nobody ever waits for more than one of them to grow.
///
/// Thread safety: none.
struct RunTable {
    private static let partBits: UInt64 = 10
    private var parts = [Part](repeating: Part(), count: 1 << partBits)

    /// The run in its place: nothing of it is copied, or even retained.
    ///
    /// - Precondition: it is in the table.
    subscript(id: RunID) -> PromptRun {
        _read { yield parts[Int(id.part)].runs[Int(id.index)] }
        _modify { yield &parts[Int(id.part)].runs[Int(id.index)] }
    }

    func id(startingWith block: UInt64) -> RunID? {
        let part = Self.part(of: block)
        return parts[Int(part)].index(of: block).map { RunID(part: part, index: $0) }
    }

    /// - Precondition: no run in the table starts with the same block.
    mutating func insert(_ run: PromptRun) -> RunID {
        let part = Self.part(of: run[0])
        return RunID(part: part, index: parts[Int(part)].insert(run))
    }

    mutating func remove(_ id: RunID) { parts[Int(id.part)].remove(id.index) }

    var count: Int { parts.reduce(0) { $0 + $1.count } }

    private static func part(of block: UInt64) -> UInt16 {
        UInt16(truncatingIfNeeded: block >> (64 - partBits))
    }
}

extension RunTable {
    /// The runs whose first blocks' names begin with the same bits: open addressing, probed
    /// linearly.
    ///
    /// Invariants:
    /// 1. No free slot lies between a slot and its home, and at least one is free.
    /// 2. Places in `runs` that no slot has are in `freeIndices`.
    private struct Part {
        private static let slotCountMin = 8

        private struct Slot {
            /// The run's first. 0: the slot is free.
            var block: UInt64 = 0
            var index: UInt32 = 0
        }

        var runs: [PromptRun] = []
        private var freeIndices: [UInt32] = []
        private var slots: [Slot] = []

        private var mask: Int { slots.count - 1 }
        var count: Int { runs.count - freeIndices.count }

        func index(of block: UInt64) -> UInt32? {
            guard !slots.isEmpty else { return nil }
            var slot = home(of: block)
            while slots[slot].block != 0 {
                if slots[slot].block == block { return slots[slot].index }
                slot = (slot + 1) & mask
            }
            return nil
        }

        mutating func insert(_ run: PromptRun) -> UInt32 {
            if (count + 1) * 4 > slots.count * 3 {
                resize(to: max(Self.slotCountMin, slots.count * 2))
            }
            let index: UInt32
            if let free = freeIndices.popLast() {
                index = free
                runs[Int(index)] = run
            } else {
                index = UInt32(truncatingIfNeeded: runs.count)
                runs.append(run)
            }
            place(Slot(block: run[0], index: index))
            return index
        }

        mutating func remove(_ index: UInt32) {
            free(runs[Int(index)][0])
            runs[Int(index)].clear()
            freeIndices.append(index)
            if count * 8 < slots.count, slots.count > Self.slotCountMin {
                resize(to: slots.count / 2)
            }
        }

        private func home(of block: UInt64) -> Int { Int(truncatingIfNeeded: block) & mask }

        private mutating func place(_ new: Slot) {
            var slot = home(of: new.block)
            while slots[slot].block != 0 { slot = (slot + 1) & mask }
            slots[slot] = new
        }

        private mutating func free(_ block: UInt64) {
            var hole = home(of: block)
            while slots[hole].block != block { hole = (hole + 1) & mask }
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
        }

        private mutating func resize(to slotCount: Int) {
            let old = slots
            slots = [Slot](repeating: Slot(), count: slotCount)
            for slot in old where slot.block != 0 { place(slot) }
        }
    }
}
