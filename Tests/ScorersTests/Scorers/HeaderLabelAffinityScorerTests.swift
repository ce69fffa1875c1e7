import Domain
import Scheduling
import Scorers
import Testing

@Suite struct HeaderLabelAffinityScorerTests {
    private let pool: [Endpoint] = [
        .fake(0, labels: ["tier": "gold"]), .fake(1, labels: ["tier": "silver"]),
        .fake(2, labels: ["tier": ""]), .fake(3),
    ]

    private func scores(_ headers: [HeaderField], header: String = "X-Tier") -> [Double] {
        var request = InferenceRequest(model: "m")
        request.headers = headers
        return SchedulingContext.fake(pool, request: request)
            .scores(by: HeaderLabelAffinityScorer(header: header, label: "tier"))
    }

    @Test func `endpoints labelled with the header's value score 1`() {
        #expect(scores([HeaderField("x-tier", "silver")]) == [0, 1, 0, 0])
        #expect(scores([HeaderField("x-tier", "Silver")]) == [0, 0, 0, 0])
    }

    @Test func `without the header, or with an empty one, nobody is preferred`() {
        #expect(scores([HeaderField("x-other", "gold")]) == [0, 0, 0, 0])
        #expect(scores([HeaderField("x-tier", "")]) == [0, 0, 0, 0])
    }
}
