/// What is known of each split of a program at each place of a text: two bits.
///
/// Memory is taken in blocks of places when they are first visited, and reused once the search
/// has moved beyond them: what is held is what lies between the start of a match and the
/// furthest place that was looked at.
struct PatternMemory {
    enum Knowledge { case new, failed, succeeded }

    private static let blockBits = 8
    private static let blockSize = 1 << blockBits

    private let wordsPerPlace: Int
    private var blocks: [[UInt64]]
    private var free: [[UInt64]] = []
    private var firstBlock = 0

    init(slotCount: Int, byteCount: Int) {
        wordsPerPlace = (slotCount * 2 + 63) / 64
        blocks = [[UInt64]](repeating: [], count: byteCount >> Self.blockBits + 1)
    }

    /// What is known of a split, which is visited from here on.
    @inline(__always)
    mutating func visit(_ slot: Int, at place: Int) -> Knowledge {
        let block = place >> Self.blockBits
        if blocks[block].isEmpty { open(block) }
        let word = (place & (Self.blockSize - 1)) * wordsPerPlace + slot >> 5
        let shift = UInt64(slot & 31) * 2
        let known = blocks[block][word] >> shift & 3
        if known == 0 {
            blocks[block][word] |= 1 << shift
            return .new
        }
        return known == 1 ? .failed : .succeeded
    }

    mutating func setSucceeded(_ slot: Int, at place: Int) {
        let word = (place & (Self.blockSize - 1)) * wordsPerPlace + slot >> 5
        blocks[place >> Self.blockBits][word] |= 2 << (UInt64(slot & 31) * 2)
    }

    /// Forgets everything about one place.
    mutating func forget(_ place: Int) {
        let block = place >> Self.blockBits
        guard !blocks[block].isEmpty else { return }
        let first = (place & (Self.blockSize - 1)) * wordsPerPlace
        for word in first..<first + wordsPerPlace { blocks[block][word] = 0 }
    }

    /// No place before this one is visited again.
    mutating func release(before place: Int) {
        while firstBlock < place >> Self.blockBits {
            if !blocks[firstBlock].isEmpty {
                free.append(blocks[firstBlock])
                blocks[firstBlock] = []
            }
            firstBlock += 1
        }
    }

    @inline(never)
    private mutating func open(_ block: Int) {
        if var reused = free.popLast() {
            for index in reused.indices { reused[index] = 0 }
            blocks[block] = reused
        } else {
            blocks[block] = [UInt64](repeating: 0, count: max(1, wordsPerPlace) * Self.blockSize)
        }
    }
}
