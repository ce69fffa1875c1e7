import Domain
import Scheduling
import Scorers
import Testing

@Suite struct EndpointAttributeScorerTests {
    private func scores(
        _ values: [String?],
        lowerIsBetter: Bool,
        _ range: EndpointAttribute.Range = .adaptive
    ) -> [Double] {
        let pool = values.enumerated().map { index, value in
            Endpoint.fake(UInt32(index), labels: value.map { ["figure": $0] } ?? [:])
        }
        let attribute = EndpointAttribute(
            .label("figure"),
            lowerIsBetter: lowerIsBetter,
            range: range
        )
        return SchedulingContext.fake(pool).scores(by: EndpointAttributeScorer(attribute))
    }

    /// llm-d's vectors.
    @Test func `by itself the range is that of the candidates`() {
        #expect(scores(["10", "5", "0"], lowerIsBetter: true) == [0, 0.5, 1])
        #expect(scores(["10", "5", "0"], lowerIsBetter: false) == [1, 0.5, 0])
        #expect(scores(["7", "7"], lowerIsBetter: true) == [1, 1])
        #expect(scores(["10", nil, "0"], lowerIsBetter: true) == [0, 0, 1])
        #expect(scores([nil, nil], lowerIsBetter: true) == [0, 0])
    }

    /// llm-d's vectors.
    @Test func `a range that is set does not follow the candidates`() {
        let range = EndpointAttribute.Range.fixed(min: 0, max: 10)
        #expect(scores(["10", "5", "0"], lowerIsBetter: true, range) == [0, 0.5, 1])
        #expect(scores(["10", "5", "0"], lowerIsBetter: false, range) == [1, 0.5, 0])
        #expect(areClose(scores(["7", "7"], lowerIsBetter: true, range), [0.3, 0.3]))
        #expect(scores(["15", "-5"], lowerIsBetter: true, range) == [0, 1])
        #expect(scores(["10", nil], lowerIsBetter: false, range) == [1, 0])
    }

    @Test func `a label that is no finite number counts as missing`() {
        let values = ["nan", "inf", "fast", "", "-1e999", "2", "4"]
        #expect(scores(values, lowerIsBetter: false) == [0, 0, 0, 0, 0, 0, 1])
    }

    @Test(
        arguments: [
            ("num_requests_waiting", EndpointFigure.waitingRequests),
            ("WaitingQueueSize", .waitingRequests), ("vllm:num_requests_running", .runningRequests),
            ("kv-cache-usage", .kvCacheUsage), ("KVCacheUsagePercent", .kvCacheUsage),
            ("active-requests", .inFlightRequests), ("in_flight_tokens", .inFlightTokens),
            ("power.watts", .label("power.watts")),
        ]
    )
    func `figures go by the names that others give them`(name: String, figure: EndpointFigure) {
        #expect(EndpointFigure(named: name) == figure)
    }

    @Test func `figures of the load are read where they are`() {
        let load = EndpointLoad.fake {
            $0.inFlightRequests = 9
            $0.inFlightTokens = 800
            $0.prefillingTokens = 70
            $0.report.waitingRequests = 3
            $0.report.runningRequests = 6
            $0.report.kvCacheUsage = 0.25
        }
        let context = SchedulingContext.fake([.fake(0)], loads: [load])
        let figures: [EndpointFigure] = [
            .waitingRequests, .runningRequests, .kvCacheUsage, .inFlightRequests, .inFlightTokens,
            .prefillingTokens, .label("none"),
        ]
        let values = figures.map { $0.value(at: 0, in: context) }
        #expect(values == [3, 6, 0.25, 9, 800, 70, nil])
    }
}
