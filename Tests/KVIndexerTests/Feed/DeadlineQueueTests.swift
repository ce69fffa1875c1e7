import Randomness
import Testing

@testable import KVIndexer

@Suite struct DeadlineQueueTests {
    private final class Thing: Timed {
        var nextDeadline: ContinuousClock.Instant?
        var scheduledFor: ContinuousClock.Instant?
        func fire() { nextDeadline = nil }
    }

    private let start = ContinuousClock.now

    private func due(_ queue: inout DeadlineQueue, after seconds: Int) -> Bool {
        queue.popDue(at: start + .seconds(seconds)) != nil
    }

    @Test func `things come when they are due, the earliest first`() {
        var queue = DeadlineQueue()
        var random = SplitMix64(seed: 1)
        for _ in 0..<500 {
            let thing = Thing()
            thing.nextDeadline = start + .seconds(random.below(1_000))
            queue.schedule(thing)
        }
        var came: [ContinuousClock.Instant] = []
        for second in stride(from: 0, through: 1_000, by: 10) {
            let now = start + .seconds(second)
            while let thing = queue.popDue(at: now) {
                #expect(thing.nextDeadline.map { now - .seconds(10) < $0 && $0 <= now } == true)
                came += [thing.nextDeadline].compactMap(\.self)
                thing.fire()
            }
        }
        #expect(came.count == 500)
        #expect(zip(came, came.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test func `a deadline that has been put off does not come before its time`() {
        var queue = DeadlineQueue()
        let thing = Thing()
        thing.nextDeadline = start + .seconds(1)
        queue.schedule(thing)
        thing.nextDeadline = start + .seconds(5)
        #expect(!due(&queue, after: 4))
        #expect(due(&queue, after: 5))
        #expect(!due(&queue, after: 6))
    }

    @Test func `a deadline that has come nearer comes at its time, and once`() {
        var queue = DeadlineQueue()
        let thing = Thing()
        for second in [9, 3, 6] {
            thing.nextDeadline = start + .seconds(second)
            queue.schedule(thing)
        }
        thing.nextDeadline = start + .seconds(3)
        queue.schedule(thing)
        #expect(due(&queue, after: 3))
        thing.fire()
        #expect(!due(&queue, after: 20))
    }

    @Test func `what has no deadline any more does not come`() {
        var queue = DeadlineQueue()
        let thing = Thing()
        thing.nextDeadline = start
        queue.schedule(thing)
        thing.nextDeadline = nil
        #expect(!due(&queue, after: 1))
    }
}
