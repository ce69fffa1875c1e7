/// Merges the bytes of several words into tokens at the same time.
///
/// Byte-level BPE: of all neighbours that merge, the pair with the lowest rank goes first, the
/// leftmost of equals; again, until none is left. What takes long is waiting for the merge table,
/// which no cache of the processor holds. So words take turns: each has one merge applied and
/// asks for the two that follow from it, and by the time that it is its turn again, they are there.
///
/// For short words, for which looking at every pair is fastest; `LongWordMerger` is for others.
@safe struct MergeLanes: Sendable {
    static let byteCountMax = 48
    private static let laneCount = 16

    /// A word to merge: bytes of someone else's, and a number for the caller.
    @safe struct Word: BitwiseCopyable {
        var bytes: UnsafePointer<UInt8>
        var count: Int
        var number: Int
    }

    /// One word at work. Its tokens, and the merge of each with its right neighbour, are at
    /// `place` in the lanes' memory.
    private struct Lane: BitwiseCopyable {
        var place = 0
        var count = 0
        var number = 0
        /// What the last merge made, of which the neighbours are to be looked up.
        var merged = 0
        var leftPair: UInt64 = 0
        var rightPair: UInt64 = 0
    }

    private let tokens = AlignedMemory<UInt32>(count: laneCount * byteCountMax)
    private let merges = AlignedMemory<MergeTable.Merge>(count: laneCount * byteCountMax)
    private let lanes = AlignedMemory<Lane>(count: laneCount)

    /// Merges `words`, each of 2 to `byteCountMax` bytes, and calls `finish` with the number and
    /// the tokens of each, in no order. The tokens are there during the call only.
    ///
    /// The pointers stay inside this memory: a lane has room for the longest word, and a word
    /// only gets shorter.
    @inline(__always)
    @unsafe func merge(
        _ words: UnsafeBufferPointer<Word>,
        start: borrowing MergeStart,
        table: borrowing MergeTable,
        finish: (_ number: Int, _ tokens: UnsafeBufferPointer<UInt32>) -> Void
    ) {
        let lanes = unsafe lanes.start
        var waiting = 0
        var active = 0
        while waiting < words.count, active < Self.laneCount {
            unsafe lanes[active].place = active * Self.byteCountMax
            unsafe load(words[waiting], into: active, start)
            waiting += 1
            active += 1
        }
        while active > 0 {
            var lane = 0
            while lane < active {
                if applyFirstMerge(in: lane, table) {
                    lane += 1
                    continue
                }
                unsafe finish(
                    lanes[lane].number,
                    UnsafeBufferPointer(
                        start: tokens.start + lanes[lane].place,
                        count: lanes[lane].count
                    )
                )
                if waiting < words.count {
                    unsafe load(words[waiting], into: lane, start)
                    waiting += 1
                } else {
                    active -= 1
                    unsafe swap(&lanes[lane], &lanes[active])
                }
            }
            for lane in 0..<active { lookUp(in: lane, table) }
        }
    }

    @inline(__always)
    private func load(_ word: Word, into lane: Int, _ start: borrowing MergeStart) {
        let place = unsafe lanes.start[lane].place
        unsafe lanes.start[lane].count = word.count
        unsafe lanes.start[lane].number = word.number
        unsafe start.fill(
            word.bytes,
            count: word.count,
            tokens: tokens.start + place,
            merges: merges.start + place
        )
    }

    /// Applies the merge of the lowest rank; false if there is none.
    @inline(__always)
    private func applyFirstMerge(in lane: Int, _ table: borrowing MergeTable) -> Bool {
        let lane = unsafe lanes.start + lane
        let tokens = unsafe tokens.start + lane.pointee.place
        let merges = unsafe merges.start + lane.pointee.place
        var count = unsafe lane.pointee.count
        var best = 0
        var first = unsafe count > 1 ? merges[0] : MergeTable.none
        var index = 1
        while index < count - 1 {
            let merge = unsafe merges[index]
            best = merge < first ? index : best
            first = min(merge, first)
            index += 1
        }
        guard first != MergeTable.none else { return false }
        let merged = UInt32(truncatingIfNeeded: first)
        unsafe tokens[best] = merged
        count -= 1
        index = best + 1
        while index < count {
            unsafe tokens[index] = tokens[index + 1]
            unsafe merges[index - 1] = merges[index]
            index += 1
        }
        unsafe lane.pointee.count = count
        unsafe lane.pointee.merged = best
        let left = unsafe best > 0 ? tokens[best - 1] : MergeTable.reservedID
        let right = unsafe best + 1 < count ? tokens[best + 1] : MergeTable.reservedID
        unsafe lane.pointee.leftPair = table.mayMerge(left, merged)
        unsafe lane.pointee.rightPair = table.mayMerge(merged, right)
        return true
    }

    /// Looks up the merges of what the last one made with its neighbours.
    @inline(__always)
    private func lookUp(in lane: Int, _ table: borrowing MergeTable) {
        let lane = unsafe lanes.start + lane
        let merges = unsafe merges.start + lane.pointee.place + lane.pointee.merged
        if unsafe lane.pointee.merged > 0 {
            unsafe merges[-1] = table.merge(ofPair: lane.pointee.leftPair)
        }
        if unsafe lane.pointee.merged + 1 < lane.pointee.count {
            unsafe merges[0] = table.merge(ofPair: lane.pointee.rightPair)
        }
    }
}
