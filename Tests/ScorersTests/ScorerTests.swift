import Domain
import Scheduling
import Scorers
import Testing

@Suite struct PrefixCacheScorerTests {
    @Test func `the score is the share of the prompt's blocks that is held`() {
        let scores = PrefixCacheScorer().scores(
            for: [.fake(0), .fake(1), .fake(2)],
            in: .fake(blockCount: 4, matched: [0: 4, 1: 1])
        )
        #expect(scores == [1, 0.25, 0])
    }

    @Test func `without a full block no endpoint is preferred`() {
        let scores = PrefixCacheScorer().scores(
            for: [.fake(0), .fake(1)],
            in: .fake(matched: [0: 1])
        )
        #expect(scores == [0, 0])
    }
}

@Suite struct LoadAwareScorerTests {
    /// llm-d's own vector: 2, 0 and 5 waiting requests.
    @Test func `the idle endpoint wins with one half`() {
        let scores = LoadAwareScorer().scores(
            for: [.fake(1), .fake(2), .fake(3)],
            in: .fake(inFlight: [1: 2, 3: 5])
        )
        #expect(scores == [0.5 * (1 - 2.0 / 128), 0.5, 0.5 * (1 - 5.0 / 128)])
    }

    @Test(arguments: [(0, 0.5), (5, 0.25), (10, 0), (1000, 0), (-1, 0.5)])
    func `the score falls to 0 at the threshold and stays there`(load: Int, score: Double) {
        let scores = LoadAwareScorer(threshold: 10).scores(
            for: [.fake(0)],
            in: .fake(inFlight: [0: load])
        )
        #expect(scores == [score])
    }
}
