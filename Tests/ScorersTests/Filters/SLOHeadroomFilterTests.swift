import Domain
import Scheduling
import Scorers
import Testing

@Suite struct SLOHeadroomFilterTests {
    /// The first token takes 0.1, 0.2 and 0.3 s.
    private func context(
        _ headers: [HeaderField],
        rotation: UInt64 = 0
    ) -> SchedulingContext {
        var request = InferenceRequest(model: "m")
        request.headers = headers
        return .fake(
            (0..<3).map { .fake($0) },
            loads: [100, 200, 300].map { tokens in
                .fake {
                    $0.prefillRate = PrefillRate(tokensPerSecond: 1000)
                    $0.prefillingTokens = tokens
                }
            },
            request: request,
            rotation: rotation
        )
    }

    private func kept(_ headers: [HeaderField], rotation: UInt64 = 0) -> [Int] {
        context(headers, rotation: rotation)
            .positions(leftBy: SLOHeadroomFilter(explorationProbability: 0))
    }

    @Test(
        arguments: [
            ("250", [0, 1]), ("200.0", [0, 1]), ("150", [0]), ("1e9", [0, 1, 2]), ("1", [0, 1, 2]),
        ] as [(String, [Int])]
    )
    func `those that can keep the promise are left, or all`(value: String, left: [Int]) {
        #expect(kept([HeaderField("x-slo-ttft-ms", value)]) == left)
        #expect(kept([HeaderField("x-llm-d-slo-ttft-ms", value)]) == left)
    }

    @Test(arguments: [
        "", "soon", "0", "-5", "nan", "inf", "1e999", String(repeating: "1", count: 1000),
    ])
    func `a wish that makes no sense is none`(value: String) {
        #expect(kept([HeaderField("x-slo-ttft-ms", value)]) == [0, 1, 2])
        let both = [HeaderField("x-llm-d-slo-ttft-ms", value), HeaderField("x-slo-ttft-ms", "150")]
        #expect(kept(both) == [0])
        #expect(kept([]) == [0, 1, 2])
    }

    @Test func `a share of requests goes to those that seem too slow`() {
        let filter = SLOHeadroomFilter(explorationProbability: 0.1)
        let explored = (UInt64(0)..<10_000).count { rotation in
            let context = context([HeaderField("x-slo-ttft-ms", "250")], rotation: rotation)
            return context.positions(leftBy: filter) == [2]
        }
        #expect((900...1100).contains(explored), "\(explored)")
    }

    @Test func `what an endpoint holds of the prompt need not be computed`() {
        var request = InferenceRequest(model: "m")
        request.promptTokens = 16_000
        request.headers = [HeaderField("x-slo-ttft-ms", "500")]
        let context = SchedulingContext.fake(
            [.fake(0), .fake(1)],
            blockCount: 1000,
            matched: [1: 900],
            request: request
        )
        #expect(
            context.positions(leftBy: SLOHeadroomFilter(explorationProbability: 0)) == [1]
        )
    }
}
