import Domain
import Scheduling
import Scorers
import Testing

@Suite struct TokenLoadScorerTests {
    private func context(
        inFlight: [Int],
        promptTokens: Int,
        blockCount: Int = 0,
        matched: [UInt32: Int] = [:]
    ) -> SchedulingContext {
        var context = SchedulingContext.fake(
            inFlight.indices.map { .fake(UInt32($0)) },
            blockCount: blockCount,
            matched: matched,
            loads: inFlight.map { tokens in .fake { $0.inFlightTokens = tokens } }
        )
        context.request.promptTokens = promptTokens
        return context
    }

    /// llm-d's vector.
    @Test func `tokens in flight and those of the request count towards the threshold`() {
        let context = context(inFlight: [0, 250, 750], promptTokens: 250)
        let scores = context.scores(by: TokenLoadScorer(queueThresholdTokens: 1000))
        #expect(scores == [0.75, 0.5, 0])
    }

    @Test func `tokens that the endpoint holds do not count`() {
        let context = context(
            inFlight: [0, 0, 160],
            promptTokens: 500,
            blockCount: 31,
            matched: [1: 25, 2: 31]
        )
        let scores = context.scores(by: TokenLoadScorer(queueThresholdTokens: 1000))
        #expect(areClose(scores, [0.5, 0.9, 0.836]))
    }

    @Test func `beyond the threshold all are equal, without load the score is 1`() {
        let context = context(inFlight: [5_000_000, .max, 0], promptTokens: 0)
        #expect(context.scores(by: TokenLoadScorer()) == [0, 0, 1])
    }
}
