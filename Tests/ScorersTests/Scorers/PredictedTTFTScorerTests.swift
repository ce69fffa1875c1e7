import Domain
import Scheduling
import Scorers
import Testing

/// Endpoints compute 1,000 tokens a second, so that a token is a millisecond.
@Suite struct PredictedTTFTScorerTests {
    private func load(
        prefilling tokens: Int = 0,
        requests: Int32 = 0,
        tokensPerSecond: Double = 1000
    ) -> EndpointLoad {
        .fake {
            $0.prefillingTokens = tokens
            $0.prefillingRequests = requests
            $0.prefillRate = PrefillRate(tokensPerSecond: tokensPerSecond)
        }
    }

    private func scores(
        _ loads: [EndpointLoad],
        blockCount: Int = 100,
        matched: [UInt32: Int] = [:],
        _ scorer: PredictedTTFTScorer = PredictedTTFTScorer()
    ) -> [Double] {
        SchedulingContext.fake(
            loads.indices.map { .fake(UInt32($0)) },
            blockCount: blockCount,
            matched: matched,
            loads: loads
        ).scores(by: scorer)
    }

    @Test func `equal endpoints all score 1`() {
        #expect(scores([load(), load(), load()]) == [1, 1, 1])
    }

    /// 1600 ms at each, and 800 ms where half is held.
    @Test func `beyond a near tie the score falls as the time grows`() {
        let scores = scores([load(), load(), load(prefilling: 1600)], matched: [1: 50])
        #expect(scores[1] == 1)
        #expect(areClose(scores, [0.9 * 0.885 / 1.6, 1, 0.9 * 0.885 / 3.2]))
    }

    @Test func `a prefix is left when its endpoint is too busy, and not before`() {
        // 100 of 100 blocks are held; the wait is what the other would compute, a tenth more, 5 ms.
        let held = [UInt32(0): 100]
        let bearable = scores([load(prefilling: 1764), load()], matched: held)
        #expect(bearable[0] > bearable[1])
        let unbearable = scores([load(prefilling: 1766), load()], matched: held)
        #expect(unbearable[0] < unbearable[1])
    }

    @Test func `of near ties the one that holds most tokens wins, though it takes longer`() {
        // 1600, 1500 + 16 and 1400 + 32 ms.
        let scores = scores(
            [load(), load(prefilling: 16), load(prefilling: 32)],
            matched: [1: 6, 2: 6]
        )
        #expect(scores[1] == 1)
        #expect(scores[0] < 0.9 + 0.1 / 97)
        #expect(scores[2] < scores[1] && scores[2] > 0.999)
    }

    /// Of a chat's many prompts, all start with the same block.
    @Test func `a first block that everybody holds decides nothing`() {
        let everywhere = scores([load(), load(), load()], matched: [0: 1, 1: 1, 2: 1])
        #expect(everywhere == [1, 1, 1])
        // Held or not, one block is no reason to wait for 200 ms.
        let busy = scores([load(prefilling: 200), load()], matched: [0: 1])
        #expect(busy[0] < 0.9 && busy[1] == 1)
    }

    @Test func `tokens count for what their tier is worth`() {
        var context = SchedulingContext.fake(
            [.fake(0), .fake(1)],
            blockCount: 100,
            loads: [load(), load()]
        )
        context.matches.add(
            EndpointMatch(
                endpoint: EndpointID(rawValue: 0),
                blocks: 4,
                blocksByTier: [0, 0, 4, 0]
            )
        )
        context.matches.add(
            EndpointMatch(
                endpoint: EndpointID(rawValue: 1),
                blocks: 3,
                blocksByTier: [3, 0, 0, 0]
            )
        )
        var time = TimeToFirstToken()
        time.tierWeights = TierWeights([.gpu: 1, .disk: 0.5])
        let scores = context.scores(by: PredictedTTFTScorer(time: time))
        #expect(scores[1] == 1 && scores[0] < 1)
        #expect(context.scores(by: PredictedTTFTScorer())[0] == 1)
    }

    @Test func `near ties score 0.9 to 1, and none of the others reaches them`() {
        let loads = (0..<50).map { load(prefilling: 20 * $0) }
        let matched = Dictionary(uniqueKeysWithValues: (0..<50).map { (UInt32($0), $0 % 7) })
        let scores = scores(loads, matched: matched)
        let near = scores.filter { $0 >= 0.9 }
        #expect(near.count > 2 && near.count < 20)
        #expect(near.contains(1))
        let times = loads.indices.map { 1.6 + 0.02 * Double($0) - 0.016 * Double($0 % 7) }
        let limit = (times.min() ?? 0) * 1.1 + 0.005
        #expect(scores.indices.allSatisfy { (scores[$0] >= 0.9) == (times[$0] <= limit) })
        // Among those beyond, the order is that of the times.
        let beyond = times.indices.filter { times[$0] > limit }.sorted { times[$0] < times[$1] }
        #expect(zip(beyond, beyond.dropFirst()).allSatisfy { scores[$0] >= scores[$1] })
    }

    @Test func `a slower endpoint gets less without any weight`() {
        let scores = scores([load(tokensPerSecond: 2000), load(tokensPerSecond: 16_000)])
        #expect(scores[1] == 1 && scores[0] < 0.2)
    }

    @Test func `how near a tie is can be chosen`() {
        let loads = [load(), load(prefilling: 300)]
        let wide = PredictedTTFTScorer(tieRatio: 0.5, tieSeconds: 0)
        #expect(scores(loads, matched: [1: 6], wide)[1] == 1)
        let narrow = PredictedTTFTScorer(tieRatio: 0, tieSeconds: 0)
        #expect(scores(loads, matched: [1: 6], narrow)[1] < 0.9)
    }

    /// A closed loop: each pick adds what it has to compute, and from then on holds the prompt.
    @Test func `a burst of one prompt computes it where it is cheaper, not where it is first`() {
        var context = SchedulingContext.fake(
            (0..<8).map { .fake($0) },
            blockCount: 100,
            loads: (0..<8).map { _ in load() }
        )
        var counts = [Int](repeating: 0, count: 8)
        for _ in 0..<64 {
            let scores = context.scores(by: PredictedTTFTScorer())
            let best = scores.firstIndex(of: scores.max() ?? 0) ?? 0
            let id = EndpointID(rawValue: UInt32(best))
            let held = context.matches.blocks(at: id) * 16
            context.loads[best].prefillingRequests += 1
            context.loads[best].prefillingTokens += 1600 - held
            context.matches.add(EndpointMatch(endpoint: id, blocks: 100, expectedBlocks: 100))
            counts[best] += 1
        }
        // Waiting costs 5 ms each, until a tenth more than another's computing and 5 ms is reached.
        #expect(counts == [34, 30, 0, 0, 0, 0, 0, 0])
    }
}
