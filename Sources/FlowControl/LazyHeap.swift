/// Numbers in the order of their keys, the least first; of equal keys the lower number.
///
/// What ends elsewhere is not looked for in here: it is dropped when it comes to the top, or when
/// most of what is here has ended. So every change costs O(log n), amortized. What is alive is told
/// by a dictionary that the owner keeps.
struct LazyHeap<Key: Comparable & Sendable>: Sendable {
    struct Entry: Sendable {
        let key: Key
        let number: UInt64

        static func < (left: Entry, right: Entry) -> Bool {
            left.key != right.key ? left.key < right.key : left.number < right.number
        }
    }

    private var entries: [Entry] = []

    /// What has ended and was not dropped yet included.
    var count: Int { entries.count }

    /// - Parameters:
    ///   - live: what is alive, the number included.
    ///   - liveCount: how many of them are here.
    mutating func push<Value>(
        _ number: UInt64,
        by key: Key,
        amongst live: [UInt64: Value],
        liveCount: Int
    ) {
        if entries.count > 2 * liveCount + 32 { dropDead(amongst: live) }
        entries.append(Entry(key: key, number: number))
        siftUp(entries.count - 1)
    }

    /// The first that is alive.
    mutating func first<Value>(amongst live: [UInt64: Value]) -> Entry? {
        while let first = entries.first {
            if live.index(forKey: first.number) != nil { return first }
            removeFirst()
        }
        return nil
    }

    mutating func popFirst<Value>(amongst live: [UInt64: Value]) -> Entry? {
        guard let first = first(amongst: live) else { return nil }
        removeFirst()
        return first
    }

    private mutating func dropDead<Value>(amongst live: [UInt64: Value]) {
        entries.removeAll { live.index(forKey: $0.number) == nil }
        for index in (0..<entries.count / 2).reversed() { siftDown(index) }
    }

    private mutating func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        if !entries.isEmpty { siftDown(0) }
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard entries[index] < entries[parent] else { return }
            entries.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < entries.count && entries[child] < entries[least] {
                least = child
            }
            guard least != index else { return }
            entries.swapAt(index, least)
            index = least
        }
    }
}
