import Domain
import Scheduling
import Scorers
import Testing

@Suite struct NoHitLRUScorerTests {
    private func context(
        lastColdPicks: [UInt64],
        matched: [UInt32: Int] = [:]
    ) -> SchedulingContext {
        .fake(
            lastColdPicks.indices.map { .fake(UInt32($0)) },
            blockCount: 4,
            matched: matched,
            loads: lastColdPicks.map { pick in .fake { $0.lastColdPick = pick } }
        )
    }

    @Test(
        arguments: [
            (picks: [0], scores: [1]),
            (picks: [9], scores: [1]),
            (picks: [0, 0, 0], scores: [1, 0.5, 0]),
            (picks: [7, 3, 5], scores: [0, 1, 0.5]),
            (picks: [7, 0, 5, 0, 6], scores: [0, 1, 0.5, 0.75, 0.25]),
        ] as [(picks: [UInt64], scores: [Double])]
    )
    func `a cold prompt prefers endpoints never used, then those used longest ago`(
        picks: [UInt64],
        scores: [Double]
    ) {
        #expect(context(lastColdPicks: picks).scores(by: NoHitLRUScorer()) == scores)
    }

    @Test func `a prompt that a candidate holds some of prefers nobody`() {
        let context = context(lastColdPicks: [7, 0, 5], matched: [2: 1])
        #expect(context.scores(by: NoHitLRUScorer()) == [0.5, 0.5, 0.5])
    }

    @Test func `what endpoints hold that are no candidates does not warm a prompt`() {
        let context = context(lastColdPicks: [7, 0, 5], matched: [2: 1])
        var scores = [0.0, 0.0]
        NoHitLRUScorer().score(Candidates([0, 1]), in: context, into: &scores)
        #expect(scores == [0, 1])
    }

    @Test func `whose word counts for held blocks can be chosen`() {
        let context = context(lastColdPicks: [7, 3], matched: [0: 1])
        #expect(context.scores(by: NoHitLRUScorer(source: .approximate)) == [0, 1])
        #expect(context.scores(by: NoHitLRUScorer(source: .precise)) == [0.5, 0.5])
    }

    @Test func `cold prompts in a row go round`() {
        var context = context(lastColdPicks: [0, 0, 0, 0])
        var picked: [Int] = []
        for number in 1...8 {
            let scores = context.scores(by: NoHitLRUScorer())
            let best = scores.firstIndex(of: 1) ?? 0
            context.loads[best].lastColdPick = UInt64(number)
            picked.append(best)
        }
        #expect(picked == [0, 1, 2, 3, 0, 1, 2, 3])
    }
}
