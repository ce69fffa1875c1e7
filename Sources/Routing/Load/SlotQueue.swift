/// Slots of a table in the order in which they came. Any of them may leave. Every operation takes
/// the same time, however many there are.
package struct SlotQueue: Sendable {
    private struct Links {
        var previous: Int32
        var next: Int32
    }

    private static let none: Int32 = -1

    /// By slot. Of one that is not in the queue, of no meaning.
    private var links: [Links] = []
    private var head = none
    private var tail = none

    package init() {}

    package var first: Int? { head == Self.none ? nil : Int(head) }

    /// - Precondition: the slot is not in the queue.
    package mutating func append(_ slot: Int) {
        while links.count <= slot { links.append(Links(previous: Self.none, next: Self.none)) }
        let new = Int32(slot)
        links[slot] = Links(previous: tail, next: Self.none)
        if tail == Self.none { head = new } else { links[Int(tail)].next = new }
        tail = new
    }

    /// - Precondition: the slot is in the queue.
    package mutating func remove(_ slot: Int) {
        let link = links[slot]
        if link.previous == Self.none {
            head = link.next
        } else {
            links[Int(link.previous)].next = link.next
        }
        if link.next == Self.none {
            tail = link.previous
        } else {
            links[Int(link.next)].previous = link.previous
        }
    }
}
