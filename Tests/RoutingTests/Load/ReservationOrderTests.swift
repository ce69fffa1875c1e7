import Routing
import Testing

@Suite struct SlotQueueTests {
    @Test func `the first is the one that has been there longest, whoever left`() {
        var queue = SlotQueue()
        var model: [Int] = []
        var chance = Chance(3)
        for _ in 0..<4000 {
            if chance.next() < 0.55 {
                let slot = chance.below(200)
                if model.contains(slot) { continue }
                queue.append(slot)
                model.append(slot)
            } else if !model.isEmpty {
                queue.remove(model.remove(at: chance.below(model.count)))
            }
            #expect(queue.first == model.first)
        }
        for slot in model {
            #expect(queue.first == slot)
            queue.remove(slot)
        }
        #expect(queue.first == nil)
    }
}

@Suite struct EstimatedEndsTests {
    @Test func `ends come in their order, and none before its time`() {
        var ends = EstimatedEnds()
        var chance = Chance(4)
        var due: [Int] = []
        for number in 0..<500 {
            let milliseconds = chance.below(1000)
            if milliseconds <= 500 { due.append(milliseconds) }
            ends.insert(
                EstimatedEnds.Entry(
                    time: .milliseconds(milliseconds),
                    slot: milliseconds,
                    number: UInt64(number)
                )
            )
        }
        var popped: [Int] = []
        while let entry = ends.popDue(at: .milliseconds(500)) { popped.append(entry.slot) }
        #expect(popped == due.sorted())
    }
}
