import Domain
import Scheduling
import Scorers
import Testing

@Suite struct ContextLengthScorerTests {
    private func scores(
        _ labels: [String?],
        promptTokens: Int,
        _ scorer: ContextLengthScorer = ContextLengthScorer(),
        label: String = "llm-d.ai/context-length-range"
    ) -> [Double] {
        var request = InferenceRequest(model: "m")
        request.promptTokens = promptTokens
        let pool = labels.enumerated().map { index, text in
            Endpoint.fake(UInt32(index), labels: text.map { [label: $0] } ?? [:])
        }
        return SchedulingContext.fake(pool, request: request).scores(by: scorer)
    }

    @Test(
        arguments: [
            ("0-20", 0, 0.3 + 0.7 * (0.7 / 1.002 + 0.3)),
            ("0-10000", 0, 0.3 + 0.7 * (0.35 + 0.3)),
            ("0-10000", 10_000, 0.3 + 0.7 * 0.35),
            ("2048-8192", 5120, 0.3 + 0.7 * (0.7 / 1.6144 + 0.15)),
            ("64-64", 64, 1),
            ("500-1000", 0, 0.3 / 1.5),
            ("0-2048", 9048, 0.3 / 8),
        ] as [(String, Int, Double)]
    )
    func `the score follows width and room in the range, distance outside`(
        range: String,
        promptTokens: Int,
        score: Double
    ) {
        #expect(areClose(scores([range], promptTokens: promptTokens), [score]))
    }

    @Test func `without the label the score is a half, with a bad one 0`() {
        #expect(
            scores([nil, "long", "20-10", "", "1-2-3"], promptTokens: 15) == [0.5, 0, 0, 0, 0]
        )
    }

    /// Each pair in order of preference.
    @Test(
        arguments: [
            (9000, "0-8192", "0-2048"), (50, "100-1024", "500-2048"),
            (14_999, "0-15000", "15001-20000"), (0, "0-20", "0-10000"),
        ]
    )
    func `an endpoint that is meant for the prompt, or is nearer to it, is preferred`(
        promptTokens: Int,
        better: String,
        worse: String
    ) {
        let scores = scores([better, worse], promptTokens: promptTokens)
        #expect(scores[0] > scores[1])
        #expect(scores[1] > 0)
    }

    @Test func `the label's name can be chosen`() {
        let scorer = ContextLengthScorer(label: "lengths")
        #expect(scores(["8-8"], promptTokens: 8, scorer, label: "lengths") == [1])
        #expect(scores(["8-8"], promptTokens: 8, scorer, label: "other") == [0.5])
    }
}

@Suite struct ContextLengthRangeTests {
    @Test(
        arguments: [
            ("0-100", 0, 100), (" 7 - 9 ", 7, 9), ("5-5", 5, 5),
            ("0-9223372036854775807", 0, Int.max),
        ]
    )
    func `two numbers make a range`(text: String, min: Int, max: Int) {
        let range = ContextLengthRange(text)
        #expect(range?.min == min)
        #expect(range?.max == max)
    }

    @Test(
        arguments: [
            "", "-", "5", "5-", "-5", "1-2-3", "100-50", "abc-100", "1e3-2e3", "+1-2", "1--2",
            "0-9223372036854775808", "0-99999999999999999999999999", "1 2-3", "１-２",
        ]
    )
    func `anything else does not`(text: String) {
        #expect(ContextLengthRange(text) == nil)
    }

    @Test func `both bounds belong to the range`() {
        let range = ContextLengthRange("10-20")
        #expect([9, 10, 20, 21].map { range?.contains($0) } == [false, true, true, false])
    }
}
