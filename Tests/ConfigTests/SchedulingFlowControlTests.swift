import Config
import FlowControl
import Scheduling
import Testing

@Suite struct SchedulingFlowControlTests {
    private static let gate = "featureGates: [flowControl]\n"

    /// What queues are told by a document whose gate is open.
    private func queues(_ document: String) throws -> FlowControlConfig {
        try #require(try SchedulingDocument.read(Self.gate + document).admission.flowControl)
    }

    @Test func `queues have llm-d's defaults`() throws {
        #expect(try queues("") == FlowControlConfig())
        #expect(try queues("flowControl: {}") == FlowControlConfig())
    }

    @Test func `every field is read`() throws {
        let setup = try SchedulingConfigFile.read(
            document: SchedulingDocument.bytes("router-flow-control.yaml")
        )
        var expected = FlowControlConfig()
        expected.bytesMax = 10 << 30
        expected.requestsMax = 2000
        expected.requestTTL = .seconds(30)
        expected.emptyPoolTTL = .seconds(300)
        expected.defaultBand.fairness = .roundRobin
        expected.defaultNegativeBand.requestsMax = 10
        var urgent = expected.defaultBand
        urgent.bytesMax = 512 << 20
        urgent.requestsMax = 500
        urgent.ordering = .earliestTarget
        var idle = expected.defaultBand
        idle.requestsMax = PriorityBandConfig.unlimited
        expected.bands = [100: urgent, -10: idle]
        expected.usageLimit = .byRank(lowest: 0.5, highest: 1)
        #expect(setup.admission.flowControl == expected)
        let detector = ConcurrencyDetector(mode: .hybrid, requestsMax: 64, tokensMax: 80_000)
        #expect(setup.admission.detector as? ConcurrencyDetector == detector)
        #expect(setup.needs.headers == ["x-llm-d-slo-ttft-ms", "x-slo-ttft-ms"])
        #expect(setup.remarks.notes.contains { $0.contains("plugins[1].parameters.headroom") })
    }

    @Test func `each setting of queues tells who said it`() throws {
        let setup = try SchedulingConfigFile.read(
            document: SchedulingDocument.bytes("router-flow-control.yaml")
        )
        let expected = [
            "defaultRequestTTL": "30s # line 32",
            "maxBytes": "10737418240 # line 30",
            "defaultPriorityBand.maxRequests": "5000 # default",
            "defaultNegativePriorityBand.maxRequests": "10 # line 38",
            "priorityBands[0].orderingPolicyRef": "slo-deadline-ordering-policy # line 43",
            "priorityBands[0].fairnessPolicyRef": "round-robin-fairness-policy # line 36",
            "priorityBands[1].priority": "-10 # line 44",
            "priorityBands[1].maxRequests": "unlimited # line 45",
            "usageLimitPolicyPluginRef": "holdback # line 46",
            "saturationDetector.pluginRef": "concurrency-detector # line 48",
        ]
        for (path, text) in expected { #expect(setup.setting("flowControl.\(path)") == text) }
        let unbound = try SchedulingDocument.read(Self.gate)
        #expect(unbound.setting("flowControl.maxBytes") == "unlimited # default")
        #expect(unbound.setting("flowControl.defaultRequestTTL") == "1m0s # default")
        let paths = setup.settings.map(\.path)
        #expect(Set(paths).count == paths.count)
    }

    @Test func `negative priorities wait like others if nothing is said of them`() throws {
        let flow = try queues("flowControl: {defaultPriorityBand: {maxRequests: 7}}")
        #expect(flow.defaultBand == PriorityBandConfig(requestsMax: 7))
        #expect(flow.defaultNegativeBand == flow.defaultBand)
    }

    @Test func `headers are needed where requests are ordered by them`() throws {
        let plugin = "plugins: [{type: slo-deadline-ordering-policy}, {type: queue-scorer}]\n"
        let bands =
            "flowControl: {priorityBands: "
            + "[{priority: 1, orderingPolicyRef: slo-deadline-ordering-policy}]}"
        #expect(try SchedulingDocument.read(Self.gate + plugin).needs.headers.isEmpty)
        #expect(try SchedulingDocument.read(plugin + bands).needs.headers.isEmpty)
        let setup = try SchedulingDocument.read(Self.gate + plugin + bands)
        #expect(setup.needs.headers == setup.admission.headers)
        #expect(!setup.needs.headers.isEmpty)
    }

    @Test func `without the gate nothing waits, and whoever set up queues is told`() throws {
        let setup = try SchedulingDocument.read("flowControl:\n  maxRequests: 10")
        #expect(setup.admission.flowControl == nil)
        #expect(setup.setting("flowControl.maxRequests") == nil)
        let expected = "flowControl: nothing waits without the feature gate flowControl (line 2)"
        #expect(setup.remarks.warnings == [expected])
        let document = "flowControl: {saturationDetector: {pluginRef: concurrency-detector}}"
        let detecting = try SchedulingDocument.read(document)
        #expect(detecting.admission.detector is ConcurrencyDetector)
        #expect(detecting.remarks.warnings.isEmpty)
    }

    @Test(
        arguments: [
            ("10", 10), ("\"10\"", 10), ("1k", 1000), ("1e3", 1000), ("1.5G", 1_500_000_000),
            ("10Mi", 10 << 20), ("1500m", 2), ("0", nil),
        ] as [(String, Int?)]
    )
    func `amounts are Kubernetes's`(text: String, amount: Int?) throws {
        #expect(try queues("flowControl: {maxBytes: \(text)}").bytesMax == amount)
        let band = try queues("flowControl: {defaultPriorityBand: {maxBytes: \(text)}}").defaultBand
        #expect(band.bytesMax == amount ?? PriorityBandConfig.unlimited)
    }

    @Test(arguments: ["-1", "1 G", "1g", "many", "1e30", "[]", "9999999999Ei", "2Pi", "NaN"])
    func `what is no amount is refused`(text: String) {
        #expect(SchedulingDocument.problems("flowControl: {maxBytes: \(text)}").count == 1)
    }

    @Test(arguments: ["0", "0s"])
    func `a time of 0 is the longest, and said to be`(text: String) throws {
        let setup = try SchedulingDocument.read(
            Self.gate + "flowControl: {defaultRequestTTL: \(text), noEndpointRequestTTL: \(text)}"
        )
        #expect(setup.admission.flowControl?.requestTTL == .seconds(7 * 86_400))
        #expect(setup.admission.flowControl?.emptyPoolTTL == .seconds(7 * 86_400))
        #expect(setup.setting("flowControl.defaultRequestTTL") == "168h0m0s # line 2")
        let notes = setup.remarks.notes.filter { $0.contains("RequestTTL: 0 is taken for") }
        #expect(notes.count == 2)
    }

    @Test(arguments: [
        "flowControl: {saturationDetector: {pluginRef: nobody}}",
        "plugins: [{type: queue-scorer}]\nflowControl: {usageLimitPolicyPluginRef: queue-scorer}",
        "flowControl: {defaultPriorityBand: {orderingPolicyRef: random}}",
        "flowControl: {priorityBands: [{maxRequests: 1}]}",
        "flowControl: {priorityBands: [{priority: 1}, {priority: 1}]}",
        "flowControl: {defaultRequestTTL: soon}",
        "flowControl: {defaultRequestTTL: -1s}",
        "plugins: [{type: priority-holdback-policy, parameters: {domain: explicit, "
            + "ceilings: {1: 0.1, 0: 0.2}}}]",
        "plugins: [{type: priority-holdback-policy, parameters: {domain: explicit, "
            + "ceilings: {1: 0.1, 0: 0}}}]",
        "plugins: [{type: priority-holdback-policy, parameters: {domain: explicit, ceilings: {}}}]",
        "plugins: [{type: priority-holdback-policy, parameters: {minCeiling: 0}}]",
        "plugins: [{type: priority-holdback-policy}]",
        "plugins: [{type: priority-holdback-policy, parameters: {minCeiling: 0.5, maxCeiling: 0.4}}]",
    ])
    func `what a reference or a field cannot mean is refused`(document: String) {
        #expect(SchedulingDocument.problems(document).count == 1)
    }

    @Test func `where ceilings are told one by one a band without one is refused`() {
        let document =
            Self.gate + """
                plugins: [{type: priority-holdback-policy,
                           parameters: {domain: explicit, ceilings: {100: 1, 0: 0.5}}}]
                flowControl:
                  usageLimitPolicyPluginRef: priority-holdback-policy
                  priorityBands: [{priority: 100}, {priority: 50}, {priority: 0}]
                """
        let problems = SchedulingDocument.problems(document)
        #expect(problems.count == 1)
        #expect(problems.allSatisfy { $0.contains("noCeiling(priority: 50)") })
    }

    @Test(arguments: [
        (
            "domain: explicit, ceilings: {100: 0.95, 0: 0.5, -1: 0.1}",
            UsageLimit.explicit([100: 0.95, 0: 0.5, -1: 0.1])
        ),
        ("minCeiling: 0.25", .byRank(lowest: 0.25, highest: 1)),
        ("domain: value, minCeiling: 0.25, maxCeiling: 0.5", .byValue(lowest: 0.25, highest: 0.5)),
    ])
    func `ceilings can be told in three ways`(parameters: String, expected: UsageLimit) throws {
        let flow = try queues(
            """
            plugins: [{type: priority-holdback-policy, name: mine, parameters: {\(parameters)}}]
            flowControl: {usageLimitPolicyPluginRef: mine}
            """
        )
        #expect(flow.usageLimit == expected)
    }
}
