import Domain
import Scheduling
import Scorers
import Testing

private func pool(_ loads: [EndpointLoad], priority: Int = 0) -> SchedulingContext {
    var request = InferenceRequest(model: "m")
    request.priority = priority
    return .fake(loads.indices.map { .fake(UInt32($0)) }, loads: loads, request: request)
}

private func reports(
    waiting: [Int32],
    kvCache: [Double] = [],
    priority: Int = 0
) -> SchedulingContext {
    pool(
        waiting.indices.map { index in
            .fake {
                $0.report.waitingRequests = waiting[index]
                $0.report.kvCacheUsage = kvCache.isEmpty ? 0 : kvCache[index]
            }
        },
        priority: priority
    )
}

@Suite struct CircuitBreakerFilterTests {
    @Test(arguments: [
        ([false, false, false], [0, 1, 2]),
        ([true, false, true], [1]),
        ([true, true, true], [0, 1, 2]),
    ])
    func `broken endpoints get nothing while there are others`(broken: [Bool], kept: [Int]) {
        let context = pool(broken.map { isBroken in .fake { $0.isBroken = isBroken } })
        #expect(context.positions(leftBy: CircuitBreakerFilter()) == kept)
    }
}

@Suite struct SaturationFilterTests {
    @Test func `an endpoint at its limit gets no more requests`() {
        let context = pool([4, 5, 6].map { count in .fake { $0.inFlightRequests = count } })
        #expect(context.positions(leftBy: SaturationFilter(requestsMax: 5)) == [0])
        #expect(SaturationFilter(requestsMax: 5).exhaustion == .saturated)
    }
}

@Suite struct UtilizationFilterTests {
    private let context = pool([
        .fake { $0.report.kvCacheUsage = 0.95 },
        .fake { $0.inFlightTokens = 2000 },
        .fake { $0.report.kvCacheUsage = 0.5 },
        .fake { $0.report.waitingRequests = 9 },
        .fake { $0.report.kvCacheUsage = .nan },
    ])

    private func kept(
        _ conditions: [(EndpointFigure, Double)],
        fallsBackOnEmpty: Bool = false
    ) -> [Int] {
        context.positions(
            leftBy: UtilizationFilter(
                conditions: conditions.map { .init(metric: $0, maxValue: $1) },
                fallsBackOnEmpty: fallsBackOnEmpty
            )
        )
    }

    @Test func `an endpoint over any one limit is dropped, one at it is not`() {
        #expect(kept([(.kvCacheUsage, 0.5)]) == [1, 2, 3, 4])
        #expect(kept([(.kvCacheUsage, 0.9), (.waitingRequests, 8)]) == [1, 2, 4])
        #expect(kept([(.inFlightTokens, 1999), (.kvCacheUsage, 0.4)]) == [3, 4])
        #expect(kept([]) == [0, 1, 2, 3, 4])
    }

    @Test func `what is not known shows nothing`() {
        #expect(kept([(.label("weight"), 1)]) == [0, 1, 2, 3, 4])
    }

    @Test func `if all are too busy, none is left, or all, as configured`() {
        #expect(kept([(.inFlightRequests, -1)]).isEmpty)
        #expect(kept([(.inFlightRequests, -1)], fallsBackOnEmpty: true) == [0, 1, 2, 3, 4])
        #expect(kept([(.kvCacheUsage, 0.5)], fallsBackOnEmpty: true) == [1, 2, 3, 4])
        let filter = UtilizationFilter(conditions: [], fallsBackOnEmpty: false)
        #expect(filter.exhaustion == .saturated)
    }
}

@Suite struct SheddableCapacityFilterTests {
    private func kept(priority: Int) -> [Int] {
        reports(
            waiting: [6, 0, 10, 5],
            kvCache: [0.2, 0.85, 0.9, 0.8],
            priority: priority
        )
        .positions(leftBy: SheddableCapacityFilter())
    }

    @Test func `what may be dropped only goes where there is room`() {
        #expect(kept(priority: -1) == [3])
        #expect(kept(priority: 0) == [0, 1, 2, 3])
        #expect(SheddableCapacityFilter().exhaustion == .shed)
    }
}

@Suite struct LeastQueueFilterTests {
    /// Of n candidates, up to the least plus an n-th of the span, in whole requests.
    @Test(
        arguments: [
            ([0, 3, 10], [0, 1]),
            ([0, 4, 10], [0]),
            ([3, 3, 3], [0, 1, 2]),
            ([7, 6, 5], [2]),
            ([9], [0]),
            ([-1, 2_147_483_647], [0]),
        ] as [([Int32], [Int])]
    )
    func `the shortest queues are left`(waiting: [Int32], kept: [Int]) {
        #expect(reports(waiting: waiting).positions(leftBy: LeastQueueFilter()) == kept)
    }

    @Test func `requests sent since the last report count as waiting`() {
        let context = pool([.fake { $0.inFlightRequests = 8 }, .fake { $0.inFlightRequests = 1 }])
        #expect(context.positions(leftBy: LeastQueueFilter()) == [1])
    }
}

@Suite struct LowQueueFilterTests {
    @Test func `queues up to the threshold are low`() {
        let context = reports(waiting: [128, 129, 0])
        #expect(context.positions(leftBy: LowQueueFilter()) == [0, 2])
        #expect(context.positions(leftBy: LowQueueFilter(threshold: 0)) == [2])
        #expect(LowQueueFilter().exhaustion == .saturated)
    }
}

@Suite struct LeastKVCacheFilterTests {
    @Test(
        arguments: [
            ([0.2, 0.1, 0.2], [1]),
            ([0.1, 0.3, 1], [0, 1]),
            ([0.5, 0.5], [0, 1]),
            ([.nan, .nan], [0, 1]),
            ([.nan, 0.25, 0.75], [0, 1]),
            ([-.infinity, 1], [0]),
        ] as [([Double], [Int])]
    )
    func `the emptiest caches are left, never none`(usage: [Double], kept: [Int]) {
        let context = reports(waiting: usage.map { _ in 0 }, kvCache: usage)
        #expect(context.positions(leftBy: LeastKVCacheFilter()) == kept)
    }
}
