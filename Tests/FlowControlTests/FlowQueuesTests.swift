import Domain
import FlowControl
import Testing

@Suite struct FlowQueuesTests {
    private let start = ContinuousClock.Instant.testStart

    private func queues(
        _ band: PriorityBandConfig = PriorityBandConfig(),
        _ change: (inout FlowControlConfig) -> Void = { _ in }
    ) -> FlowQueues {
        FlowQueues(
            .fake { config in
                config.defaultBand = band
                config.defaultNegativeBand = band
                change(&config)
            }
        )
    }

    // MARK: - Order

    @Test func `a more urgent request goes first whenever it comes`() {
        var queues = queues()
        queues.fill([
            .fake(1, priority: -5), .fake(2, priority: 0), .fake(3, priority: 10),
            .fake(4, priority: 0), .fake(5, priority: .min), .fake(6, priority: .max),
        ])
        #expect(queues.drain() == [6, 3, 2, 4, 1, 5])
    }

    @Test func `first come is first served`() {
        var queues = queues()
        queues.fill([
            .fake(1, flow: "b", second: 2), .fake(2, flow: "a", second: 3),
            .fake(3, flow: "b", second: 1), .fake(4, flow: "c", second: 3),
        ])
        #expect(queues.drain() == [3, 1, 2, 4])
    }

    @Test func `the earliest deadline is served first`() {
        var queues = queues(PriorityBandConfig(ordering: .earliestDeadline))
        queues.fill([
            .fake(1, second: 0, timeToLive: 60), .fake(2, second: 10, timeToLive: 5),
            .fake(3, second: 1, timeToLive: 30), .fake(4, second: 5, timeToLive: 10),
        ])
        #expect(queues.drain() == [2, 4, 3, 1])
    }

    @Test func `the earliest wanted first token is served first and none wanted last`() {
        var queues = queues(PriorityBandConfig(ordering: .earliestTarget))
        queues.fill([
            .fake(1, second: 0), .fake(2, second: 1, target: 20), .fake(3, second: 2, target: 3),
            .fake(4, second: 3), .fake(5, second: 4, target: 1),
        ])
        #expect(queues.drain() == [3, 5, 2, 1, 4])
    }

    @Test func `flows take turns and keep their own order`() {
        var queues = queues(PriorityBandConfig(fairness: .roundRobin))
        queues.fill([
            .fake(1, flow: "a"), .fake(2, flow: "a"), .fake(3, flow: "a"), .fake(4, flow: "b"),
            .fake(5, flow: "b"), .fake(6, flow: "c"),
        ])
        #expect(queues.drain() == [1, 4, 6, 2, 5, 3])
    }

    @Test func `a flow that begins to wait comes after those that wait`() {
        var queues = queues(PriorityBandConfig(fairness: .roundRobin))
        queues.fill([.fake(1, flow: "a"), .fake(2, flow: "a"), .fake(3, flow: "b")])
        #expect(queues.popFirst()?.number == 1)
        queues.fill([.fake(4, flow: "c"), .fake(5, flow: "b")])
        #expect(queues.drain() == [3, 2, 4, 5])
    }

    @Test func `a flow that comes back has no turn left over`() {
        var queues = queues(PriorityBandConfig(fairness: .roundRobin))
        queues.fill([.fake(1, flow: "a"), .fake(2, flow: "b"), .fake(3, flow: "b")])
        #expect(queues.remove(1) == true)
        queues.fill([.fake(4, flow: "a"), .fake(5, flow: "a")])
        #expect(queues.drain() == [2, 4, 3, 5])
    }

    @Test func `one flow with many requests does not hold up the others`() {
        var queues = queues(PriorityBandConfig(fairness: .roundRobin))
        queues.fill((1...1000).map { .fake($0, flow: "greedy") } + [.fake(1001, flow: "modest")])
        #expect(queues.popFirst()?.number == 1)
        #expect(queues.popFirst()?.number == 1001)
    }

    @Test func `flows beyond the bound share one turn`() {
        var queues = queues(PriorityBandConfig(fairness: .roundRobin))
        let own = FlowControlConfig.flowsMax
        queues.fill((1...UInt64(own + 10)).map { .fake($0, flow: "flow-\($0)") })
        queues.fill([.fake(5000, flow: "flow-1")])
        let order = queues.drain()
        #expect(Array(order.prefix(own + 1)) == (1...UInt64(own + 1)).map { $0 })
        #expect(Array(order.suffix(10)) == [5000] + (UInt64(own + 2)...UInt64(own + 10)))
    }

    // MARK: - Bounds

    @Test func `a band takes as many requests as it may and then refuses`() {
        var queues = queues(PriorityBandConfig(requestsMax: 2))
        queues.fill([.fake(1), .fake(2)])
        #expect(queues.enter(.fake(3)) == .full)
        #expect(queues.enter(.fake(4, priority: 1)) == .waits(evicted: []))
        #expect(queues.remove(1) == true)
        #expect(queues.enter(.fake(5)) == .waits(evicted: []))
        #expect(queues.drain() == [4, 2, 5])
    }

    @Test func `a band takes as many bytes as it may and then refuses`() {
        var queues = queues(PriorityBandConfig(bytesMax: 100))
        queues.fill([.fake(1, bytes: 60)])
        #expect(queues.enter(.fake(2, bytes: 41)) == .full)
        #expect(queues.enter(.fake(3, bytes: 40)) == .waits(evicted: []))
        #expect(queues.enter(.fake(4, priority: 1, bytes: 101)) == .full)
        #expect(queues.bytes == 100)
        #expect(queues.drain() == [1, 3])
        #expect(queues.bytes == 0)
    }

    @Test func `all bands together take as much as they may`() {
        var queues = queues {
            $0.requestsMax = 3
            $0.bytesMax = 10
        }
        queues.fill([.fake(1, bytes: 4), .fake(2, priority: 1, bytes: 4)])
        #expect(queues.enter(.fake(3, priority: 2, bytes: 3)) == .full)
        #expect(queues.enter(.fake(4, priority: 2, bytes: 2)) == .waits(evicted: []))
        #expect(queues.enter(.fake(5, priority: 3, bytes: 0)) == .full)
        #expect(queues.count == 3)
    }

    @Test func `requests that may be dropped give way, the lowest and newest first`() {
        var queues = queues { $0.requestsMax = 4 }
        queues.fill([
            .fake(1, priority: -1), .fake(2, priority: -9), .fake(3, priority: -9),
            .fake(4, priority: 0),
        ])
        #expect(queues.enter(.fake(5, priority: 0)) == .waits(evicted: [3]))
        #expect(queues.enter(.fake(6, priority: -1)) == .waits(evicted: [2]))
        #expect(queues.enter(.fake(7, priority: -1)) == .full)
        #expect(queues.enter(.fake(8, priority: 5)) == .waits(evicted: [6]))
        #expect(queues.enter(.fake(9, priority: 5)) == .waits(evicted: [1]))
        #expect(queues.enter(.fake(10, priority: 9)) == .full)
        #expect(queues.drain() == [8, 9, 4, 5])
    }

    @Test func `requests give way only if that makes room enough`() {
        var queues = queues { $0.bytesMax = 10 }
        queues.fill([
            .fake(1, priority: -1, bytes: 3), .fake(2, priority: -2, bytes: 3), .fake(3, bytes: 4),
        ])
        #expect(queues.enter(.fake(4, bytes: 7)) == .full)
        #expect(queues.count == 3)
        #expect(queues.enter(.fake(5, bytes: 4)) == .waits(evicted: [2, 1]))
        #expect(queues.bytes == 8)
    }

    @Test func `priorities beyond the bound join the nearest of their sign`() {
        var queues = queues(PriorityBandConfig(requestsMax: 2))
        let own = FlowControlConfig.bandsMax
        queues.fill((0..<own).map { .fake(UInt64($0) + 1, priority: 10 * ($0 - 1)) })
        queues.fill([.fake(100, priority: 104), .fake(101, priority: -1000)])
        #expect(queues.occupancy.bands.count == own)
        #expect(queues.enter(.fake(102, priority: 96)) == .full)
        let order = queues.drain()
        #expect(order.firstIndex(of: 100) == order.firstIndex(of: 12).map { $0 + 1 })
        #expect(Array(order.suffix(2)) == [1, 101])
    }

    @Test func `a band that nobody configured is forgotten when nothing waits in it`() {
        var queues = queues { $0.bands = [7: PriorityBandConfig()] }
        queues.fill([.fake(1, priority: 3), .fake(2, priority: 7)])
        #expect(queues.occupancy.bands.map(\.priority) == [7, 3])
        _ = queues.drain()
        #expect(queues.occupancy.bands.map(\.priority) == [7])
    }

    @Test func `a configured band has its own rules`() {
        var queues = queues(PriorityBandConfig(requestsMax: 9)) {
            $0.bands = [7: PriorityBandConfig(requestsMax: 1)]
            $0.defaultNegativeBand.requestsMax = 2
        }
        queues.fill([.fake(1, priority: 7), .fake(2, priority: -1), .fake(3, priority: -1)])
        #expect(queues.enter(.fake(4, priority: 7)) == .full)
        #expect(queues.enter(.fake(5, priority: -1)) == .full)
        #expect(queues.enter(.fake(6, priority: 8)) == .waits(evicted: []))
    }

    @Test func `what waits is told by band and as shares of the bounds`() {
        var queues = queues(PriorityBandConfig(requestsMax: 4, bytesMax: 100)) {
            $0.requestsMax = 10
        }
        queues.fill([.fake(1, bytes: 25), .fake(2, bytes: 25), .fake(3, priority: 5, bytes: 10)])
        let occupancy = queues.occupancy
        #expect(occupancy.requestShare == 0.3)
        #expect(occupancy.byteShare == nil)
        #expect(occupancy.bands.map(\.priority) == [5, 0])
        #expect(occupancy.bands.map(\.requestShare) == [0.25, 0.5])
        #expect(occupancy.bands.map(\.byteShare) == [0.1, 0.5])
    }

    // MARK: - Places

    @Test func `a priority has its place among those that are configured or wait`() {
        var queues = queues { $0.bands = [100: PriorityBandConfig()] }
        queues.fill([.fake(1, priority: -5)])
        let place = queues.place(of: 3)
        #expect(place == PriorityPlace(priority: 3, rank: 1, count: 3, least: -5, greatest: 100))
        #expect(queues.head?.rank == 1)
        #expect(queues.head?.count == 2)
    }

    @Test func `a priority that was seen counts once whether or not it waits`() {
        var queues = queues { $0.bands = [100: PriorityBandConfig()] }
        queues.fill([.fake(1, priority: -5)])
        for priority in [100, 50, -5, -9, 50] { queues.see(priority, at: start) }
        let place = queues.place(of: 3)
        #expect(place == PriorityPlace(priority: 3, rank: 2, count: 5, least: -9, greatest: 100))
        let known = queues.place(of: 50)
        #expect(known == PriorityPlace(priority: 50, rank: 1, count: 4, least: -9, greatest: 100))
    }

    @Test func `of too many priorities the one seen last longest ago is forgotten`() {
        var queues = queues()
        let own = FlowControlConfig.bandsMax
        for number in 0..<own { queues.see(number, at: start + .seconds(number)) }
        queues.see(0, at: start + .seconds(own))
        queues.see(own, at: start + .seconds(own))
        let place = queues.place(of: own)
        #expect(place == PriorityPlace(priority: own, rank: 0, count: own, least: 0, greatest: own))
        #expect(queues.place(of: 1).count == own + 1)
        queues.advance(to: start + .seconds(600 + own), isPoolEmpty: false)
        #expect(queues.place(of: own).count == 2)
    }

    // MARK: - New rules

    @Test func `what waits goes on waiting by new rules`() {
        var queues = queues()
        queues.fill([
            .fake(1, flow: "a"), .fake(2, flow: "a"), .fake(3, flow: "b"), .fake(4, priority: 1),
        ])
        queues.apply(
            .fake { $0.defaultBand = PriorityBandConfig(requestsMax: 1, fairness: .roundRobin) }
        )
        #expect(queues.count == 4)
        #expect(queues.enter(.fake(5)) == .full)
        #expect(queues.drain() == [4, 1, 3, 2])
    }
}
