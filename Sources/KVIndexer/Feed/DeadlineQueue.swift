/// Something on an event thread that has to do something at a time.
protocol Timed: AnyObject {
    var nextDeadline: ContinuousClock.Instant? { get }
    /// When the queue will ask for it. Belongs to the queue.
    var scheduledFor: ContinuousClock.Instant? { get set }
    /// Does what is due.
    func fire()
}

/// Which of many things has the next deadline: a heap, so that those that are idle cost nothing.
struct DeadlineQueue {
    private struct Entry {
        let instant: ContinuousClock.Instant
        let thing: any Timed
    }

    private var heap: [Entry] = []

    /// The earliest deadline, or one that has been put off since.
    var next: ContinuousClock.Instant? { heap.first?.instant }

    /// To be called whenever something's deadline may have come nearer.
    mutating func schedule(_ thing: any Timed) {
        guard let deadline = thing.nextDeadline else { return }
        if let scheduled = thing.scheduledFor, scheduled <= deadline { return }
        thing.scheduledFor = deadline
        heap.append(Entry(instant: deadline, thing: thing))
        siftUp(heap.count - 1)
    }

    /// Something whose deadline is not after `now`; nil if there is none. It is not scheduled
    /// any more.
    mutating func popDue(at now: ContinuousClock.Instant) -> (any Timed)? {
        while let first = heap.first, first.instant <= now {
            removeFirst()
            guard first.thing.scheduledFor == first.instant else { continue }
            first.thing.scheduledFor = nil
            if let deadline = first.thing.nextDeadline, deadline <= now { return first.thing }
            schedule(first.thing)
        }
        return nil
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < heap.count && heap[child].instant < heap[least].instant {
                least = child
            }
            if least == index { return }
            heap.swapAt(index, least)
            index = least
        }
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0, heap[index].instant < heap[(index - 1) / 2].instant {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }
}
