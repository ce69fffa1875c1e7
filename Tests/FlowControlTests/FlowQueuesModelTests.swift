import Domain
import FlowControl
import Randomness
import Testing

/// The same rules, written down without regard to what they cost.
private struct SlowQueues {
    let bandRequestsMax: Int
    let requestsMax: Int
    let bytesMax: Int
    /// The next flow of a band is its first.
    private var bands: [Int: [[QueuedRequest]]] = [:]

    init(bandRequestsMax: Int, requestsMax: Int, bytesMax: Int) {
        self.bandRequestsMax = bandRequestsMax
        self.requestsMax = requestsMax
        self.bytesMax = bytesMax
    }

    var all: [QueuedRequest] { bands.values.joined().flatMap { $0 } }

    mutating func enter(_ request: QueuedRequest) -> FlowQueues.Entrance {
        let band = bands[request.priority] ?? []
        guard band.joined().count < bandRequestsMax else { return .full }
        let victims =
            all
            .filter { $0.priority < 0 && $0.priority < request.priority }
            .sorted { ($0.priority, $1.number) < ($1.priority, $0.number) }
        let bytes = all.reduce(0) { $0 + $1.bytes }
        for count in 0...victims.count {
            let gone = victims.prefix(count)
            let bytesLeft = bytes - gone.reduce(0) { $0 + $1.bytes }
            guard all.count - count < requestsMax, bytesLeft + request.bytes <= bytesMax else {
                continue
            }
            for victim in gone { _ = remove(victim.number) }
            var flows = bands[request.priority] ?? []
            if let flow = flows.firstIndex(where: { $0[0].fairnessID == request.fairnessID }) {
                flows[flow].append(request)
            } else {
                flows.append([request])
            }
            bands[request.priority] = flows
            return .waits(evicted: gone.map(\.number))
        }
        return .full
    }

    mutating func popFirst() -> UInt64? {
        guard let priority = bands.keys.max(), var flows = bands[priority] else { return nil }
        var flow = flows.removeFirst()
        let first = flow.min {
            ($0.arrival + $0.timeToLive, $0.number) < ($1.arrival + $1.timeToLive, $1.number)
        }
        flow.removeAll { $0.number == first?.number }
        if !flow.isEmpty { flows.append(flow) }
        bands[priority] = flows.isEmpty ? nil : flows
        return first?.number
    }

    mutating func remove(_ number: UInt64) -> Bool {
        let before = all.count
        for (priority, flows) in bands {
            let left = flows.map { $0.filter { $0.number != number } }.filter { !$0.isEmpty }
            bands[priority] = left.isEmpty ? nil : left
        }
        return all.count < before
    }

    mutating func expire(at now: ContinuousClock.Instant) -> Set<UInt64> {
        let late = Set(all.filter { $0.arrival + $0.timeToLive <= now }.map(\.number))
        for number in late { _ = remove(number) }
        return late
    }
}

@Suite struct FlowQueuesModelTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `no sequence of events tells the queues from the rules`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var slow = SlowQueues(bandRequestsMax: 12, requestsMax: 30, bytesMax: 200)
        var queues = FlowQueues(
            .fake { config in
                let band = PriorityBandConfig(
                    requestsMax: 12,
                    fairness: .roundRobin,
                    ordering: .earliestDeadline
                )
                config.defaultBand = band
                config.defaultNegativeBand = band
                config.bands[1] = band
                config.requestsMax = 30
                config.bytesMax = 200
            }
        )
        var second = 0
        for number in 1...3000 as ClosedRange<UInt64> {
            switch random.below(10) {
            case 0..<6:
                let request = QueuedRequest.fake(
                    number,
                    priority: random.below(6) - 3,
                    flow: "flow-\(random.below(4))",
                    bytes: random.below(16),
                    second: second,
                    timeToLive: 1 + random.below(80)
                )
                #expect(queues.enter(request) == slow.enter(request))
            case 6, 7: #expect(queues.popFirst()?.number == slow.popFirst())
            case 8:
                let gone = number > 40 ? number - UInt64(random.below(40)) : 1
                #expect(queues.remove(gone) == slow.remove(gone))
            default:
                second += random.below(10)
                let now = ContinuousClock.Instant.testStart + .seconds(second)
                queues.advance(to: now, isPoolEmpty: false)
                var late: Set<UInt64> = []
                while let number = queues.popExpired(at: now) { late.insert(number) }
                #expect(late == slow.expire(at: now))
            }
            #expect(queues.count == slow.all.count)
            #expect(queues.bytes == slow.all.reduce(0) { $0 + $1.bytes })
        }
        while let number = slow.popFirst() { #expect(queues.popFirst()?.number == number) }
        #expect(queues.isEmpty)
        #expect(queues.bytes == 0)
        #expect(queues.occupancy.bands.map(\.priority) == [1])
    }
}
