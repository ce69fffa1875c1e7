/// Merges the bytes of several words into tokens at the same time.
///
/// Byte-level BPE: of all neighbours that merge, the pair with the lowest rank goes first, the
/// leftmost of equals; again, until none is left. What takes long is waiting for the merge table,
/// which no cache of the processor holds. So words go in step: each has one merge applied, and
/// what follows from these merges is looked up for all of them at once.
///
/// For short words, for which looking at every pair is fastest; `LongWordMerger` is for others.
///
/// In bounds: a lane has room for the longest word with one number on either side, and only
/// positions of the word or these two are ever set in `Lane.alive`.
struct MergeLanes: Sendable {
    static let byteCountMax = 48
    private static let laneCount = 16
    /// Pairs are looked at in runs of this length, the last one filled up with `none`.
    private static let runLength = 8
    /// A power of two, so that the lowest bits of a number's place are its place in the lane. The
    /// first byte of a word is not at its start: the number before it is in the lane, too.
    private static let laneSize = 64
    private static let laneStart = 8

    /// A word to merge: bytes of someone else's, and a number for the caller.
    @safe struct Word: BitwiseCopyable {
        var bytes: UnsafePointer<UInt8>
        var count: Int
        var number: Int
    }

    /// One word at work. Its tokens, and the merge of each with its right neighbour, stay in the
    /// lanes' memory where their first bytes were, from `place` on.
    private struct Lane: BitwiseCopyable {
        var place = 0
        var number = 0
        var runsEnd = 0
        /// A bit for each position that has a token, and one for the end of the word.
        var alive: UInt64 = 0
    }

    /// A pair to look up, and where its merge goes.
    private struct Lookup: BitwiseCopyable {
        var candidate = MergeTable.Candidate()
        var position = 0
    }

    private let tokens = AlignedMemory<UInt32>(count: laneCount * laneSize)
    private let merged = AlignedMemory<UInt32>(count: laneCount * laneSize)
    private let orders = AlignedMemory<MergeOrder>(count: laneCount * laneSize)
    private let lanes = AlignedMemory<Lane>(count: laneCount)
    private let lookups = AlignedMemory<Lookup>(count: laneCount * 2 + 1)

    /// Merges `words`, each of 1 to `byteCountMax` bytes, and calls `finish` with the number and
    /// the tokens of each, in no order. The tokens are there during the call only.
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
            unsafe lanes[active].place = active * Self.laneSize + Self.laneStart
            unsafe load(words[waiting], into: active, start)
            waiting += 1
            active += 1
        }
        while active > 0 {
            var lookupCount = 0
            var lane = 0
            while lane < active {
                if applyFirstMerge(in: lane, table, &lookupCount) {
                    lane += 1
                    continue
                }
                unsafe finish(lanes[lane].number, takeTokens(of: lane))
                if waiting < words.count {
                    unsafe load(words[waiting], into: lane, start)
                    waiting += 1
                } else {
                    active -= 1
                    unsafe swap(&lanes[lane], &lanes[active])
                }
            }
            lookUp(lookupCount, table)
        }
    }

    @inline(__always)
    private func load(_ word: Word, into lane: Int, _ start: borrowing MergeStart) {
        let place = unsafe lanes.start[lane].place
        let tokens = unsafe tokens.start + place
        let orders = unsafe orders.start + place
        unsafe start.fill(
            word.bytes,
            count: word.count,
            place: place,
            tokens: tokens,
            merged: merged.start + place,
            orders: orders
        )
        unsafe tokens[-1] = MergeTable.reservedID
        unsafe tokens[word.count] = MergeTable.reservedID
        let runsEnd = (word.count - 1 + Self.runLength - 1) & ~(Self.runLength - 1)
        var index = word.count - 1
        while index < runsEnd {
            unsafe orders[index] = .none
            index += 1
        }
        unsafe lanes.start[lane] = Lane(
            place: place,
            number: word.number,
            runsEnd: runsEnd,
            alive: (1 << UInt64(word.count + 1)) &- 1
        )
    }

    /// Applies the merge of the lowest rank, and says which two pairs are to be looked up then;
    /// false if there is no merge.
    @inline(__always)
    private func applyFirstMerge(
        in lane: Int,
        _ table: borrowing MergeTable,
        _ lookupCount: inout Int
    ) -> Bool {
        let lane = unsafe lanes.start + lane
        let place = unsafe lane.pointee.place
        let orders = unsafe orders.start + place
        let first = unsafe Self.firstOrder(orders, end: lane.pointee.runsEnd)
        guard first.isMerge else { return false }
        let best = first.place - Self.laneStart

        var alive = unsafe lane.pointee.alive
        let after = ~((2 &<< UInt64(best)) &- 1)
        let right = (alive & after).trailingZeroBitCount
        alive &= ~(1 &<< UInt64(right))
        unsafe lane.pointee.alive = alive
        let left = 63 - (alive & ((1 &<< UInt64(best)) &- 1)).leadingZeroBitCount
        let next = (alive & after).trailingZeroBitCount

        let tokens = unsafe tokens.start + place
        let merged = unsafe merged.start[place + best]
        unsafe tokens[best] = merged
        unsafe orders[right] = .none
        unsafe orders[left] = .none
        unsafe orders[best] = .none
        // Written in any case, and kept if the pair may merge: a branch would be a coin toss.
        let lookups = unsafe lookups.start
        let leftPair = unsafe table.candidate(tokens[left], merged)
        unsafe lookups[lookupCount] = Lookup(candidate: leftPair.value, position: place + left)
        lookupCount &+= leftPair.passes ? 1 : 0
        let rightPair = unsafe table.candidate(merged, tokens[next])
        unsafe lookups[lookupCount] = Lookup(candidate: rightPair.value, position: place + best)
        lookupCount &+= rightPair.passes ? 1 : 0
        return true
    }

    /// The merge that goes first. The loop is one that compilers make vector instructions of.
    @inline(__always)
    private static func firstOrder(
        _ orders: UnsafeMutablePointer<MergeOrder>,
        end: Int
    ) -> MergeOrder {
        var first = MergeOrder.none.rawValue
        var run = 0
        while run < end {
            for index in run..<run &+ runLength {
                first = unsafe min(first, orders[index].rawValue)
            }
            run &+= runLength
        }
        return MergeOrder(rawValue: first)
    }

    /// First where most merges are, for all of them at once, then where the others are.
    @inline(__always)
    private func lookUp(_ lookupCount: Int, _ table: borrowing MergeTable) {
        let lookups = unsafe lookups.start
        var uncertainCount = 0
        for index in 0..<lookupCount {
            let lookup = unsafe lookups[index]
            let found = table.firstMerge(of: lookup.candidate)
            set(found.merge, at: lookup.position)
            unsafe lookups[uncertainCount] = lookup
            uncertainCount &+= found.isCertain ? 0 : 1
        }
        for index in 0..<uncertainCount {
            let lookup = unsafe lookups[index]
            set(table.merge(of: lookup.candidate), at: lookup.position)
        }
    }

    @inline(__always)
    private func set(_ merge: MergeTable.Merge, at place: Int) {
        unsafe orders.start[place] = MergeOrder(of: merge, at: place)
        unsafe merged.start[place] = UInt32(truncatingIfNeeded: merge)
    }

    /// Moves the tokens of a word to where its first one is.
    @inline(__always)
    private func takeTokens(of lane: Int) -> UnsafeBufferPointer<UInt32> {
        let lane = unsafe lanes.start[lane]
        let tokens = unsafe tokens.start + lane.place
        var alive = lane.alive
        var count = 0
        while true {
            let position = alive.trailingZeroBitCount
            alive &= alive &- 1
            if alive == 0 { break }  // the end of the word
            unsafe tokens[count] = tokens[position]
            count += 1
        }
        return unsafe UnsafeBufferPointer(start: tokens, count: count)
    }
}
