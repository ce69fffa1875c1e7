import Config
import Scheduling
import Testing

@Suite struct SchedulingFlowControlTests {
    @Test func `queues have llm-d's defaults`() throws {
        let flow = try SchedulingDocument.read("featureGates: [flowControl]").flowControl
        #expect(flow.isEnabled)
        #expect(flow.bytesMax == nil)
        #expect(flow.requestTTL == .seconds(60))
        #expect(flow.noEndpointRequestTTL == nil)
        #expect(flow.defaultBand.bytesMax == 1_000_000_000)
        #expect(flow.defaultBand.requestsMax == 5000)
        #expect(flow.usageLimit == .ceiling(1))
        #expect(flow.detector == .utilization(UtilizationSettings()))
    }

    @Test func `every field is read`() throws {
        let setup = try SchedulingConfigFile.read(
            document: SchedulingDocument.bytes("router-flow-control.yaml")
        )
        var expected = FlowControlSettings()
        expected.isEnabled = true
        expected.bytesMax = 10 << 30
        expected.requestsMax = 2000
        expected.requestTTL = .seconds(30)
        expected.noEndpointRequestTTL = .seconds(300)
        expected.defaultBand.fairness = .roundRobin
        var negative = PriorityBandSettings()
        negative.requestsMax = 10
        expected.defaultNegativeBand = negative
        var urgent = expected.defaultBand
        urgent.bytesMax = 512 << 20
        urgent.requestsMax = 500
        urgent.ordering = .objectiveDeadline
        var idle = expected.defaultBand
        idle.requestsMax = nil
        expected.bands = [100: urgent, -10: idle]
        expected.usageLimit = .holdback(min: 0.5, max: 1, isByValue: false)
        var concurrency = ConcurrencySettings()
        concurrency.mode = .hybrid
        concurrency.requestsMax = 64
        concurrency.tokensMax = 80_000
        concurrency.headroom = 0.1
        expected.detector = .concurrency(concurrency)
        #expect(setup.flowControl == expected)
        #expect(setup.needs.headers == ["x-llm-d-slo-ttft-ms", "x-slo-ttft-ms"])
        #expect(setup.setting("flowControl.defaultRequestTTL") == "30s # line 32")
    }

    @Test(
        arguments: [
            ("10", 10), ("\"10\"", 10), ("1k", 1000), ("1e3", 1000), ("1.5G", 1_500_000_000),
            ("10Mi", 10 << 20), ("1500m", 2), ("0", nil),
        ] as [(String, Int?)]
    )
    func `amounts are Kubernetes's`(text: String, amount: Int?) throws {
        let document = "flowControl: {maxBytes: \(text)}"
        #expect(try SchedulingDocument.read(document).flowControl.bytesMax == amount)
    }

    @Test(arguments: ["-1", "1 G", "1g", "many", "1e30", "[]", "9999999999Ei", "2Pi", "NaN"])
    func `what is no amount is refused`(text: String) {
        #expect(SchedulingDocument.problems("flowControl: {maxBytes: \(text)}").count == 1)
    }

    @Test func `the detector of older releases is found where they had it`() throws {
        var expected = UtilizationSettings()
        expected.queueDepthThreshold = 10
        expected.kvCacheThreshold = 0.7
        expected.staleAfter = .milliseconds(100)
        let setup = try SchedulingConfigFile.read(
            document: SchedulingDocument.bytes("gateway-no-profiles.yaml")
        )
        #expect(setup.flowControl.detector == .utilization(expected))
        let named = try SchedulingConfigFile.read(
            document: SchedulingDocument.bytes("scheduler-probabilistic-admitter.yaml")
        )
        var boundless = UtilizationSettings()
        boundless.queueDepthThreshold = 999_999_999
        boundless.kvCacheThreshold = 1
        #expect(named.flowControl.detector == .utilization(boundless))
        #expect(named.flowControl.admitter == ProbabilisticAdmitterSettings())
    }

    @Test func `a detector in a profile drops what is beyond its limits`() throws {
        let document = """
            plugins: [{type: concurrency-detector, parameters: {maxConcurrency: 10, headroom: 0.25}},
                      {type: queue-scorer}]
            """
        let setup = try SchedulingDocument.read(document)
        let kinds = setup.profile()?.filters.map { "\(type(of: $0))" }
        #expect(kinds == ["SubsetFilter", "UtilizationFilter"])
    }

    @Test func `ceilings can be told one by one`() throws {
        let document = """
            plugins: [{type: priority-holdback-policy, name: mine,
                       parameters: {domain: explicit, ceilings: {100: 0.95, 0: 0.5, -1: 0.1}}}]
            flowControl: {usageLimitPolicyPluginRef: mine}
            """
        let flow = try SchedulingDocument.read(document).flowControl
        #expect(flow.usageLimit == .ceilings([100: 0.95, 0: 0.5, -1: 0.1]))
    }

    @Test(arguments: [
        "flowControl: {saturationDetector: {pluginRef: nobody}}",
        "plugins: [{type: queue-scorer}]\nflowControl: {usageLimitPolicyPluginRef: queue-scorer}",
        "flowControl: {defaultPriorityBand: {orderingPolicyRef: random}}",
        "flowControl: {priorityBands: [{maxRequests: 1}]}",
        "flowControl: {priorityBands: [{priority: 1}, {priority: 1}]}",
        "flowControl: {defaultRequestTTL: soon}",
        "plugins: [{type: priority-holdback-policy, parameters: {domain: explicit, "
            + "ceilings: {1: 0.1, 0: 0.2}}}]",
        "plugins: [{type: priority-holdback-policy}]",
        "plugins: [{type: priority-holdback-policy, parameters: {minCeiling: 0.5, maxCeiling: 0.4}}]",
    ])
    func `what a reference or a field cannot mean is refused`(document: String) {
        #expect(SchedulingDocument.problems(document).count == 1)
    }
}
