/// The free blocks, those to be reused first at the front. Any block can leave in constant time.
struct FreeBlockQueue {
    private static let none = -1
    private var next: [Int]
    private var previous: [Int]
    private var front = FreeBlockQueue.none
    private var back = FreeBlockQueue.none
    private(set) var count = 0

    init(blockCount: Int) {
        next = Array(repeating: FreeBlockQueue.none, count: blockCount)
        previous = next
        for block in 0..<blockCount { append(block) }
    }

    mutating func append(_ block: Int) {
        (previous[block], next[block]) = (back, FreeBlockQueue.none)
        if back == FreeBlockQueue.none { front = block } else { next[back] = block }
        back = block
        count += 1
    }

    mutating func popFirst() -> Int? {
        guard front != FreeBlockQueue.none else { return nil }
        defer { remove(front) }
        return front
    }

    /// `block` must be in the queue.
    mutating func remove(_ block: Int) {
        let (before, after) = (previous[block], next[block])
        if before == FreeBlockQueue.none { front = after } else { next[before] = after }
        if after == FreeBlockQueue.none { back = before } else { previous[after] = before }
        count -= 1
    }
}
