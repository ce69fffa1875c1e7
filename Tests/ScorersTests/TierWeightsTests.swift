import Domain
import Scheduling
import Scorers
import Testing

@Suite struct TierWeightsTests {
    private func score(
        _ match: EndpointMatch,
        of blockCount: Int,
        _ weights: TierWeights = TierWeights()
    ) -> Double {
        var context = SchedulingContext.fake([.fake(0)], blockCount: blockCount)
        context.matches.add(match)
        return context.scores(by: PrefixCacheScorer(tierWeights: weights))[0]
    }

    private func match(
        _ blocks: Int32,
        byTier: SIMD4<Int32> = SIMD4(),
        expected: Int32 = 0
    ) -> EndpointMatch {
        EndpointMatch(
            endpoint: EndpointID(rawValue: 0),
            blocks: blocks,
            blocksByTier: byTier,
            expectedBlocks: expected
        )
    }

    @Test func `a block counts as much as its tier`() {
        #expect(score(match(8, byTier: [8, 0, 0, 0]), of: 16) == 0.5)
        #expect(score(match(8, byTier: [0, 8, 0, 0]), of: 16) == 0.4)
        let weights = TierWeights([.gpu: 1, .cpu: 0.5, .disk: 0.25, .object: 0.125])
        #expect(score(match(4, byTier: [1, 1, 1, 1]), of: 4, weights) == 1.875 / 4)
    }

    @Test func `expected blocks count in full`() {
        #expect(score(match(4, byTier: [0, 0, 0, 0], expected: 4), of: 8) == 0.5)
        let weights = TierWeights([.gpu: 0.5])
        #expect(score(match(4, byTier: [2, 0, 0, 0], expected: 2), of: 4, weights) == 0.75)
    }

    @Test func `a longer match can be worth less than a shorter one in a faster tier`() {
        let weights = TierWeights([.gpu: 1, .cpu: 0.4])
        let far = score(match(10, byTier: [0, 10, 0, 0]), of: 10, weights)
        let near = score(match(5, byTier: [5, 0, 0, 0]), of: 10, weights)
        #expect(far < near)
    }

    @Test func `a tier without a weight has that of the next faster one`() {
        #expect(TierWeights().byTier == [1, 0.8, 0.8, 0.8])
        #expect(TierWeights([:]).byTier == [1, 1, 1, 1])
        #expect(TierWeights([.cpu: 0.5, .object: 0.1])[.disk] == 0.5)
        #expect(TierWeights([.disk: 0.2])[.cpu] == 1)
    }

    @Test func `weights beyond 1 keep their proportions`() {
        let weights = TierWeights([.gpu: 4, .cpu: 2])
        #expect(weights.byTier == [1, 0.5, 0.5, 0.5])
        #expect(weights.expected == 0.25)
        #expect(score(match(4, byTier: [4, 0, 0, 0]), of: 4, weights) == 1)
    }
}
