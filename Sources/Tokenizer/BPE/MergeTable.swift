/// Which pairs of tokens merge, how early, and into what.
///
/// An open-addressed table of 16-byte slots, behind a filter that answers most of the lookups:
/// those of pairs that do not merge. Full to five eighths at most: what is looked up beyond the
/// filter is nearly always there, and a smaller table misses the processor's cache less.
struct MergeTable: Sendable {
    /// Rank in the upper half, merged token in the lower: the smaller merge is applied first.
    typealias Merge = UInt64
    /// Larger than every merge.
    static let none = Merge.max

    private struct Slot: BitwiseCopyable {
        /// Left token in the upper half, right one in the lower.
        var pair = UInt64.max
        var merge = MergeTable.none
    }

    private var slots: [Slot]
    /// Two bits of one word for each stored pair, by its hash. These 256 KB stay in the
    /// processor's cache, where the slots do not.
    private var filter = [UInt64](repeating: 0, count: filterWordCount)
    private var count = 0

    private static let filterWordCount = 1 << 15

    /// Marks what is free: no token has the reserved id.
    private static let noPair = UInt64.max

    /// No token may have this id: it marks what is free.
    static let reservedID = UInt32.max

    init(capacity: Int) {
        var slotCount = 16
        while Self.isTooFull(capacity, slotCount) { slotCount *= 2 }
        slots = [Slot](repeating: Slot(), count: slotCount)
    }

    /// The merge of two neighbours, or `none`.
    @inline(__always)
    func merge(of left: UInt32, _ right: UInt32) -> Merge {
        let candidate = candidate(left, right)
        return candidate.passes ? merge(of: candidate.value) : Self.none
    }

    /// A pair that may merge, and where to look it up first.
    struct Candidate: BitwiseCopyable {
        var pair: UInt64 = 0
        var slot = 0
    }

    @inline(__always)
    func candidate(_ left: UInt32, _ right: UInt32) -> (value: Candidate, passes: Bool) {
        let pair = UInt64(left) << 32 | UInt64(right)
        let hash = WordHash.mixed(pair)
        let bits = Self.filterBits(hash)
        // In bounds: `filterWord` is below the count.
        let word = unsafe filter.span[unchecked: Self.filterWord(hash)]
        let slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        return (Candidate(pair: pair, slot: slot), word & bits == bits)
    }

    /// What the first slot says of a candidate; `isCertain` if no other slot has to be asked.
    @inline(__always)
    func firstMerge(of candidate: Candidate) -> (merge: Merge, isCertain: Bool) {
        // In bounds: a candidate's slot is.
        let slot = unsafe slots.span[unchecked: candidate.slot]
        let isFound = slot.pair == candidate.pair
        return (isFound ? slot.merge : Self.none, isFound || slot.pair == Self.noPair)
    }

    /// The merge of a candidate, or `none`.
    func merge(of candidate: Candidate) -> Merge {
        slots[slotIndex(of: candidate.pair, startingAt: candidate.slot)].merge
    }

    /// Stores a merge; of a repeated pair the last one counts.
    ///
    /// - Parameter rank: below `MergeOrder.rankEnd` if `MergeLanes` are to use it.
    mutating func store(_ left: UInt32, _ right: UInt32, rank: UInt32, merged: UInt32) {
        let pair = UInt64(left) << 32 | UInt64(right)
        let hash = WordHash.mixed(pair)
        filter[Self.filterWord(hash)] |= Self.filterBits(hash)
        let index = slotIndex(of: pair, hash: hash)
        if slots[index].pair != pair { count += 1 }
        slots[index] = Slot(pair: pair, merge: UInt64(rank) << 32 | UInt64(merged))
        guard Self.isTooFull(count, slots.count) else { return }
        let old = slots
        slots = [Slot](repeating: Slot(), count: old.count * 2)
        for slot in old where slot.pair != Self.noPair {
            slots[slotIndex(of: slot.pair, hash: WordHash.mixed(slot.pair))] = slot
        }
    }

    private static func isTooFull(_ count: Int, _ slotCount: Int) -> Bool {
        count * 8 > slotCount * 5
    }

    /// The filter uses the upper bits of the hash, the slots the lower.
    @inline(__always)
    private static func filterWord(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash >> 40) & (filterWordCount - 1)
    }

    @inline(__always)
    private static func filterBits(_ hash: UInt64) -> UInt64 {
        1 &<< (hash >> 58) | 1 &<< (hash >> 34)
    }

    /// Where `pair` is, or the free slot where it belongs.
    @inline(__always)
    private func slotIndex(of pair: UInt64, hash: UInt64) -> Int {
        slotIndex(of: pair, startingAt: Int(truncatingIfNeeded: hash) & (slots.count - 1))
    }

    @inline(__always)
    private func slotIndex(of pair: UInt64, startingAt start: Int) -> Int {
        let slots = slots.span
        let mask = slots.count - 1
        var index = start
        // In bounds: the mask keeps the index below the count, a power of two.
        while true {
            let found = unsafe slots[unchecked: index].pair
            if found == pair || found == Self.noPair { return index }
            index = (index + 1) & mask
        }
    }
}
