import Foundation
import KVIndexer
import Testing

/// Whatever engines do and the transport loses: after all is quiet and repaired, the index says
/// of every engine what it holds, or less where something was lost for good.
@Suite struct HistoryTests {
    /// 10,000 take about a minute in a debug build.
    private static let count =
        ProcessInfo.processInfo.environment["WARMPATH_HISTORIES"].flatMap(Int.init) ?? 2_000
    private static let shareCount = 8

    @Test(arguments: 0..<shareCount)
    func `after every history the index is as the engines are`(share: Int) throws {
        var held = HistoryOutcome()
        for seed in stride(from: share, to: HistoryTests.count, by: HistoryTests.shareCount) {
            let outcome = try History(UInt64(seed)).run { cache, _, context in
                DirectHistoryFeed(IndexWriter(for: cache, named: "engine", in: context))
            }
            held.add(outcome)
        }
        // What is compared must not be nothing.
        #expect(held.blocksOfComplete > HistoryTests.count / HistoryTests.shareCount)
        #expect(held.completeCount < held.engineCount)
    }

    @Test(arguments: 0..<shareCount)
    func `the same, followed by the feed as it is`(share: Int) throws {
        var held = HistoryOutcome()
        for seed in stride(from: share, to: HistoryTests.count, by: HistoryTests.shareCount) {
            let outcome = try History(UInt64(seed)).run { cache, engine, context in
                IntakeHistoryFeed(of: cache, engine, in: context)
            }
            held.add(outcome)
        }
        #expect(held.blocksOfComplete > HistoryTests.count / HistoryTests.shareCount)
        #expect(held.completeCount < held.engineCount)
    }
}
