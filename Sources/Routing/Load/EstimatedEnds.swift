/// When prompts whose first token nobody sees are expected to be computed: a heap, the earliest
/// first.
package struct EstimatedEnds: Sendable {
    package struct Entry: Sendable {
        /// Since some beginning that is the same for all.
        package let time: Duration
        package let slot: Int
        package let number: UInt64

        package init(time: Duration, slot: Int, number: UInt64) {
            self.time = time
            self.slot = slot
            self.number = number
        }
    }

    private var heap: [Entry] = []

    package init() {}

    package mutating func insert(_ entry: Entry) {
        heap.append(entry)
        var index = heap.count - 1
        while index > 0, heap[index].time < heap[(index - 1) / 2].time {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    /// Takes the earliest, if it is due.
    package mutating func popDue(at now: Duration) -> Entry? {
        guard let first = heap.first, first.time <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var index = 0
        while true {
            var least = index
            for child in 2 * index + 1..<2 * index + 3
            where child < heap.count && heap[child].time < heap[least].time {
                least = child
            }
            if least == index { return first }
            heap.swapAt(index, least)
            index = least
        }
    }
}
