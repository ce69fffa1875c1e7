import Domain
import Scheduling
import Scorers
import Testing

@Suite struct KVCacheUsageScorerTests {
    private func scores(_ usages: [Double]) -> [Double] {
        SchedulingContext.fake(
            usages.indices.map { .fake(UInt32($0)) },
            loads: usages.map { usage in .fake { $0.report.kvCacheUsage = usage } }
        ).scores(by: KVCacheUsageScorer())
    }

    @Test func `the score is the free share of the KV cache`() {
        #expect(areClose(scores([0.8, 0.5, 0, 1]), [0.2, 0.5, 1, 0]))
    }

    @Test func `an engine that has not reported counts as empty`() {
        #expect(SchedulingContext.fake([.fake(0)]).scores(by: KVCacheUsageScorer()) == [1])
    }

    @Test func `a report that makes no sense scores within bounds`() {
        #expect(scores([.nan, 7, -3, .infinity]) == [0, 0, 1, 0])
    }
}
