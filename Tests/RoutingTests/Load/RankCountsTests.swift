import Routing
import Testing

@Suite struct RankCountsTests {
    @Test func `requests go to each rank in turn, and then to the one with the fewest`() {
        var ranks = RankCounts(rankCount: 3)
        #expect((0..<6).map { _ in ranks.begin(at: nil) } == [0, 1, 2, 0, 1, 2])
        ranks.end(at: 1)
        ranks.end(at: 1)
        #expect((0..<3).map { _ in ranks.begin(at: nil) } == [1, 1, 2])
    }

    @Test func `a rank that is asked for counts, too`() {
        var ranks = RankCounts(rankCount: 2)
        for _ in 0..<3 { #expect(ranks.begin(at: 1) == 1) }
        #expect((0..<4).map { _ in ranks.begin(at: nil) } == [0, 0, 0, 1])
    }

    @Test func `a rank that is not there is not counted`() {
        var ranks = RankCounts(rankCount: 2)
        #expect(ranks.begin(at: 2) == nil)
        #expect(ranks.begin(at: -1) == nil)
        ranks.end(at: 2)
        ranks.end(at: 0)
        #expect(ranks.begin(at: nil) == 0)
    }

    @Test(arguments: [Int.min, 0, 1]) func `an endpoint with one rank has none to choose`(
        count: Int
    ) {
        var ranks = RankCounts(rankCount: count)
        #expect(ranks.begin(at: nil) == nil)
        #expect(ranks.begin(at: 0) == nil)
    }
}
