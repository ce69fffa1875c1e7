import Domain
import Scheduling
import Scorers
import Testing

@Suite struct PrefixCacheScorerTests {
    private let pool: [Endpoint] = [.fake(0), .fake(1), .fake(2)]

    /// llm-d's vector.
    @Test func `the score is the share of the prompt that is held`() {
        let context = SchedulingContext.fake(pool, blockCount: 10, matched: [0: 5, 1: 2])
        #expect(context.scores(by: PrefixCacheScorer()) == [0.5, 0.2, 0])
    }

    /// llm-d's vector.
    @Test func `the same share of a longer prompt can count for more`() {
        let scorer = PrefixCacheScorer(matchLengthWeight: 0.5, matchLengthScaleTokens: 100)
        var short = SchedulingContext.fake(pool, blockCount: 10, matched: [0: 5])
        short.blockTokens = 1
        #expect(areClose(short.scores(by: scorer), [0.25125, 0, 0]))
        var long = SchedulingContext.fake(pool, blockCount: 100, matched: [0: 50])
        long.blockTokens = 1
        #expect(areClose(long.scores(by: scorer), [0.375, 0, 0]))
        var longest = SchedulingContext.fake(pool, blockCount: 1000, matched: [0: 500])
        longest.blockTokens = 1
        #expect(areClose(longest.scores(by: scorer), [0.75, 0, 0]))
    }

    @Test func `nothing known of the prompt scores 0`() {
        #expect(SchedulingContext.fake(pool).scores(by: PrefixCacheScorer()) == [0, 0, 0])
    }

    @Test func `announcements and what was sent are told apart by source`() {
        var context = SchedulingContext.fake(pool, blockCount: 8, matched: [0: 4, 2: 8])
        context.approximateMatches = PrefixMatches(
            blockCount: 2,
            matchedBlocks: [EndpointID(rawValue: 1): 1, EndpointID(rawValue: 2): 1]
        )
        context.announcing = [true, false, true]
        #expect(context.scores(by: PrefixCacheScorer(source: .precise)) == [0.5, 0, 1])
        #expect(context.scores(by: PrefixCacheScorer(source: .approximate)) == [0, 0.5, 0.5])
        #expect(context.scores(by: PrefixCacheScorer()) == [0.5, 0.5, 1])
    }

    /// The peer's min-max scale gave the shortest match 0 and a single one 1.
    @Test func `a short match scores little, alone or not`() {
        let alone = SchedulingContext.fake(pool, blockCount: 100, matched: [1: 1])
        #expect(alone.scores(by: PrefixCacheScorer()) == [0, 0.01, 0])
        let two = SchedulingContext.fake(pool, blockCount: 100, matched: [1: 1, 2: 90])
        #expect(two.scores(by: PrefixCacheScorer()) == [0, 0.01, 0.9])
    }

    /// 100 prompts, each a block longer than the one before, each known at an endpoint of its own.
    @Test func `of many endpoints the one with the longest match scores highest`() {
        let pool = (0..<200).map { Endpoint.fake($0) }
        let matched = Dictionary(uniqueKeysWithValues: (0..<100).map { (UInt32($0), Int($0) + 1) })
        let context = SchedulingContext.fake(pool, blockCount: 100, matched: matched)
        let scores = context.scores(by: PrefixCacheScorer())
        #expect(scores.firstIndex(of: scores.max() ?? 0) == 99)
        #expect(scores[99] >= 0.99)
        #expect(scores[100...].allSatisfy { $0 == 0 })
    }
}
