import Domain
import FlowControl
import Testing

@Suite struct FlowQueuesTimeTests {
    private let start = ContinuousClock.Instant.testStart

    /// What has waited too long when it is `second`.
    private func expired(
        _ queues: inout FlowQueues,
        second: Int,
        isPoolEmpty: Bool = false
    ) -> [UInt64] {
        let now = start + .seconds(second)
        queues.advance(to: now, isPoolEmpty: isPoolEmpty)
        var numbers: [UInt64] = []
        while let number = queues.popExpired(at: now) { numbers.append(number) }
        return numbers
    }

    @Test func `a request waits no longer than it may`() {
        var queues = FlowQueues()
        queues.fill([.fake(1, timeToLive: 60), .fake(2, timeToLive: 10), .fake(3, timeToLive: 30)])
        #expect(queues.nextExpiry() == start + .seconds(10))
        #expect(expired(&queues, second: 9).isEmpty)
        #expect(expired(&queues, second: 10) == [2])
        #expect(expired(&queues, second: 100) == [3, 1])
        #expect(queues.isEmpty)
        #expect(queues.nextExpiry() == nil)
    }

    @Test func `what has left does not expire`() {
        var queues = FlowQueues()
        queues.fill([.fake(1), .fake(2, priority: 9), .fake(3)])
        _ = queues.popFirst()
        #expect(queues.remove(3) == true)
        #expect(queues.remove(3) == false)
        #expect(expired(&queues, second: 1000) == [1])
    }

    @Test func `the time without endpoints has a budget of its own`() {
        var queues = FlowQueues()
        queues.advance(to: start, isPoolEmpty: true)
        queues.fill([.fake(1, timeToLive: 10, emptyPoolTTL: 300)])
        #expect(queues.nextExpiry() == start + .seconds(300))
        #expect(expired(&queues, second: 200, isPoolEmpty: true).isEmpty)
        // The first endpoint is there: from now on the request may wait for its turn.
        #expect(expired(&queues, second: 200).isEmpty)
        #expect(queues.nextExpiry() == start + .seconds(210))
        #expect(expired(&queues, second: 209).isEmpty)
        #expect(expired(&queues, second: 210) == [1])
    }

    @Test func `a pool that stays empty too long ends the wait`() {
        var queues = FlowQueues()
        queues.advance(to: start, isPoolEmpty: true)
        queues.fill([.fake(1, timeToLive: 60, emptyPoolTTL: 5)])
        #expect(expired(&queues, second: 4, isPoolEmpty: true).isEmpty)
        #expect(expired(&queues, second: 5, isPoolEmpty: true) == [1])
    }

    @Test func `a pool that comes and goes prolongs neither budget`() {
        var queues = FlowQueues()
        queues.advance(to: start, isPoolEmpty: true)
        queues.fill([.fake(1, timeToLive: 6, emptyPoolTTL: 6)])
        // Empty in every second second: 5 seconds each by the tenth.
        for second in 1...10 {
            #expect(expired(&queues, second: second, isPoolEmpty: second % 2 == 0).isEmpty)
        }
        #expect(expired(&queues, second: 11) == [])
        #expect(expired(&queues, second: 12) == [1])
    }

    @Test func `a request that comes later has the whole budget`() {
        var queues = FlowQueues()
        queues.advance(to: start, isPoolEmpty: true)
        queues.fill([.fake(1, emptyPoolTTL: 10)])
        queues.advance(to: start + .seconds(8), isPoolEmpty: true)
        queues.fill([.fake(2, second: 8, emptyPoolTTL: 10)])
        #expect(expired(&queues, second: 10, isPoolEmpty: true) == [1])
        #expect(expired(&queues, second: 17, isPoolEmpty: true).isEmpty)
        #expect(expired(&queues, second: 18, isPoolEmpty: true) == [2])
    }

    @Test func `new rules leave the times of what waits`() {
        var queues = FlowQueues()
        queues.fill([.fake(1, timeToLive: 10)])
        queues.apply(.fake { $0.requestTTL = .seconds(1) })
        #expect(expired(&queues, second: 9).isEmpty)
        #expect(expired(&queues, second: 10) == [1])
    }
}
