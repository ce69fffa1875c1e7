import FlowControl
import Testing

@Suite struct UsageLimitTests {
    private func ceilings(_ limit: UsageLimit, of priorities: [Int]) -> [Double] {
        priorities.enumerated().map { rank, priority in
            limit.ceiling(
                at: PriorityPlace(
                    priority: priority,
                    rank: rank,
                    count: priorities.count,
                    least: priorities.min() ?? 0,
                    greatest: priorities.max() ?? 0
                )
            )
        }
    }

    @Test(arguments: [
        (UsageLimit.uniform(0.75), [100, 10, -5], [0.75, 0.75, 0.75]),
        (.byRank(lowest: 0.5, highest: 1), [100, 10, -5], [1, 0.75, 0.5]),
        (.byRank(lowest: 0.5, highest: 1), [7], [1]),
        (.byValue(lowest: 0.5, highest: 1), [100, 25, 0], [1, 0.625, 0.5]),
        (.byValue(lowest: 0.5, highest: 0.75), [7], [0.75]),
        (.byValue(lowest: 0, highest: 1), [.max, 0, .min], [1, 0.5, 0]),
        (.explicit([100: 1, 0: 0.25]), [100, 0], [1, 0.25]),
        (.explicit([100: 1, 10: 0.5, 0: 0.25]), [101, 99, 9, -1], [1, 0.5, 0.25, 0.25]),
        (.explicit([.max: 1, .min: 0.25]), [.max - 1, 0, .min], [0.25, 0.25, 0.25]),
    ])
    func `a ceiling is as high as a priority is urgent`(
        limit: UsageLimit,
        priorities: [Int],
        expected: [Double]
    ) {
        #expect(ceilings(limit, of: priorities) == expected)
    }

    @Test(arguments: [
        (UsageLimit.uniform(0), FlowControlConfigError.notShare("threshold")),
        (.uniform(.nan), .notShare("threshold")), (.uniform(1.5), .notShare("threshold")),
        (.byRank(lowest: 0.9, highest: 0.5), .notShare("minCeiling")),
        (.byValue(lowest: 0, highest: 2), .notShare("maxCeiling")),
        (.byRank(lowest: 0, highest: 0.9), .notShare("minCeiling")),
        (.byValue(lowest: 0, highest: 0.9), .notShare("minCeiling")),
        (.explicit([1: -0.5]), .notShare("ceilings")),
        (.explicit([1: 0.5, 0: 0]), .notShare("ceilings")), (.explicit([:]), .notShare("ceilings")),
        (.explicit([1: 0.5, 0: 0.6]), .ceilingsRise),
    ])
    func `ceilings outside of their range are refused`(
        limit: UsageLimit,
        error: FlowControlConfigError
    ) {
        #expect(throws: error) { try limit.validated() }
    }

    @Test(arguments: [
        UsageLimit.uniform(1), .byRank(lowest: 0.1, highest: 0.9), .explicit([1: 0.5, 0: 0.5]),
    ])
    func `ceilings within their range are taken`(limit: UsageLimit) throws {
        #expect(try limit.validated() == limit)
    }
}
