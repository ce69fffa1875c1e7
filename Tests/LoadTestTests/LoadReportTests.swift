import LoadTest
import Testing

struct LoadReportTests {
    private func outcome(_ change: (inout RequestOutcome) -> Void) -> RequestOutcome {
        var outcome = RequestOutcome()
        change(&outcome)
        return outcome
    }

    @Test(arguments: [(50, 50.0), (90, 90.0), (99, 99.0), (100, 100.0), (1, 1.0)])
    func `a percentile is a sample, by nearest rank`(percent: Int, value: Double) {
        let samples = (1...100).map(Double.init)
        #expect(LatencySummary.percentile(percent, of: samples) == value)
        #expect(LatencySummary.percentile(percent, of: [7]) == 7)
    }

    @Test func `a summary takes samples in any order, and needs one`() {
        let samples = [3, 1, 2, 4].map { Duration.milliseconds($0) }
        let summary = LatencySummary(samples)
        #expect(summary?.mean == 2.5)
        #expect(summary?.p50 == 2)
        #expect(summary?.p99 == 4)
        #expect(LatencySummary([]) == nil)
    }

    @Test func `a report has the fields that scripts read`() {
        let outcomes = [
            outcome { outcome in
                outcome.firstToken = .milliseconds(1)
                outcome.total = .milliseconds(2)
                outcome.endpoint = "b"
                (outcome.promptTokens, outcome.cachedTokens) = (100, 25)
            },
            outcome { outcome in
                outcome.failure = .status(503)
                outcome.endpoint = "a"
            },
            outcome { $0.failure = .cannotConnect },
        ]
        let report = LoadReport(outcomes, elapsed: .seconds(2), counted: nil)
        #expect(
            String(decoding: report.json, as: UTF8.self) == """
                {"requests":3,"errors":2,"errors_by_kind":{"cannot_connect":1,"http_503":1},\
                "duration_s":2.0,"throughput_rps":0.5,"prefix_hit_ratio":0.25,\
                "ttft_ms":{"mean":1.0,"p50":1.0,"p90":1.0,"p99":1.0},\
                "e2e_ms":{"mean":2.0,"p50":2.0,"p90":2.0,"p99":2.0},\
                "requests_per_endpoint":{"a":1,"b":1}}
                """
        )
    }

    @Test func `engines' own counters count for more than the answers' usage`() {
        let answer = outcome { ($0.promptTokens, $0.cachedTokens) = (100, 25) }
        let counted = EngineCounters(queries: 10, hits: 9)
        let report = LoadReport([answer], elapsed: .seconds(1), counted: counted)
        #expect(report.prefixHitRatio == 0.9)
    }

    @Test func `counters are read from Prometheus text and summed`() {
        var counters = EngineCounters()
        counters.add(
            metrics: """
                # TYPE vllm:prefix_cache_queries_total counter
                vllm:prefix_cache_queries_total{engine="0",model_name="m"} 1.5e3
                vllm:prefix_cache_hits_total{engine="0",model_name="m"} 500
                vllm:prefix_cache_hits_total{engine="1",model_name="m"} 100
                vllm:external_prefix_cache_hits_total 7
                """
        )
        #expect(counters == EngineCounters(queries: 1500, hits: 600))
        #expect(counters.hitRatio == 0.4)
    }
}
