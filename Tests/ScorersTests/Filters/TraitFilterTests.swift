import Domain
import Scheduling
import Scorers
import Testing

@Suite struct ContextLengthFilterTests {
    private static let ranges: [String?] = ["0-2048", "2048-8192", nil, "long", "8193-8000"]

    @Test(arguments: [(100, [0, 2]), (2048, [0, 1, 2]), (9000, [2])] as [(Int, [Int])])
    func `an endpoint gets the lengths that its label says, without one any`(
        tokens: Int,
        kept: [Int]
    ) {
        let endpoints = zip(UInt32(0)..., Self.ranges).map { id, range in
            Endpoint.fake(id, labels: range.map { ["range": $0] } ?? [:])
        }
        var request = InferenceRequest(model: "m")
        request.promptTokens = tokens
        let context = SchedulingContext.fake(endpoints, request: request)
        #expect(context.positions(leftBy: ContextLengthFilter(label: "range")) == kept)
    }
}

@Suite struct EndpointAttributeFilterTests {
    /// The last one's is unknown.
    private let context = SchedulingContext.fake(
        zip(UInt32(0)..., ["1", "2", "3", "much"]).map { .fake($0, labels: ["power": $1]) }
    )

    @Test(
        arguments: [
            (.less, [0]), (.lessOrEqual, [0, 1]), (.greater, [2]), (.greaterOrEqual, [1, 2]),
            (.equal, [1]), (.notEqual, [0, 2]),
        ] as [(EndpointAttributeFilter.Comparison, [Int])]
    )
    func `those whose figure compares as it should are left`(
        comparison: EndpointAttributeFilter.Comparison,
        kept: [Int]
    ) {
        let filter = { (keepsUnknown: Bool) in
            EndpointAttributeFilter(.label("power"), comparison, 2, keepsUnknown: keepsUnknown)
        }
        #expect(context.positions(leftBy: filter(false)) == kept)
        #expect(context.positions(leftBy: filter(true)) == kept + [3])
    }

    @Test func `if none would be left, all are, if configured`() {
        let filter = { (fallsBackOnEmpty: Bool) in
            EndpointAttributeFilter(
                .label("power"),
                .less,
                1,
                keepsUnknown: false,
                fallsBackOnEmpty: fallsBackOnEmpty
            )
        }
        #expect(context.positions(leftBy: filter(false)).isEmpty)
        #expect(context.positions(leftBy: filter(true)) == [0, 1, 2, 3])
    }
}

@Suite struct TopologyAffinityFilterTests {
    private static let host = Topology().hostLabel
    private static let zone = Topology().zoneLabel

    private func kept(_ pick: Int?, minimum: Topology.Level) -> [Int] {
        var context = SchedulingContext.fake([
            .fake(0, labels: [Self.host: "n1", Self.zone: "a"]),
            .fake(1, labels: [Self.host: "n1", Self.zone: "a"]),
            .fake(2, labels: [Self.host: "n2", Self.zone: "a"]),
            .fake(3, labels: [Self.host: "n3", Self.zone: "b"]),
            .fake(4),
        ])
        context.earlierPick = pick
        return context.positions(leftBy: TopologyAffinityFilter(minimum: minimum))
    }

    @Test func `those as close as asked to the earlier pick are left`() {
        #expect(kept(0, minimum: .host) == [0, 1])
        #expect(kept(0, minimum: .zone) == [0, 1, 2])
        #expect(kept(0, minimum: .region) == [0, 1, 2])
    }

    @Test func `with nothing to be close to, all are left`() {
        #expect(kept(nil, minimum: .host) == [0, 1, 2, 3, 4])
        #expect(kept(4, minimum: .region) == [0, 1, 2, 3, 4])
    }
}
