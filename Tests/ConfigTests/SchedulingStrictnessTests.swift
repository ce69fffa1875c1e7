import Config
import Testing

@Suite struct SchedulingStrictnessTests {
    private static let queue = "plugins: [{type: queue-scorer}]\n"

    private static func plugin(_ type: String, _ parameters: String) -> String {
        "plugins: [{type: \(type), parameters: {\(parameters)}}]\n"
    }

    private static func phases(_ type: String, _ parameters: String) -> String {
        "plugins: [{type: queue-scorer}, {type: \(type), parameters: {\(parameters)}}]\n"
            + "schedulingProfiles: [{name: decode, plugins: [{pluginRef: queue-scorer}]}, "
            + "{name: prefill, plugins: [{pluginRef: queue-scorer}]}]"
    }

    @Test(arguments: [
        queue + "featureGates: [somethingNew]",
        queue + "featureGates: [somethingNew=false]",
        queue + "featureGates: [flowControl]\nflowControl: {enableEviction: true}",
        queue + "flowControl: {maxRequests: 10}",
        queue + "featureGates: [flowControl=false]\nflowControl: {priorityBands: [{priority: 1}]}",
        queue + "dataLayer: {peerDiscovery: {pluginRef: queue-scorer}}",
        plugin("latency-scorer", "ttftWeight: 0.5"),
        plugin("latency-scorer", "tpotWeight: 0.5"),
        plugin("latency-scorer", "headroomSelectionStrategy: most"),
        plugin("predicted-latency-scorer", "headroomTTFTWeight: 0.5"),
        plugin("pd-slo-pair-optimizer", "tpotWeight: 0.5"),
        plugin("pd-slo-pair-optimizer", "selectionStrategy: weighted_random"),
        phases("pd-slo-profile-handler", "transferOverheadMs: 5"),
        phases("disagg-profile-handler", "profiles: {fallback: prefill}"),
        plugin("session-affinity-scorer", "maxAge: 60"),
        plugin("session-affinity-scorer", "secure: true"),
        plugin("session-affinity-scorer", "sameSite: Strict"),
        plugin("session-affinity-scorer", "missThreshold: 3"),
        plugin(
            "header-label-affinity-scorer",
            "headerName: a, labelKey: b, stampResponseHeader: true"
        ),
        plugin("topology-affinity-scorer", "peerTopologyHeader: x-peer"),
        plugin("endpoint-attribute-scorer", "attributeKey: a, metadataField: b"),
    ])
    func `what would behave otherwise is a warning with its line, and an error if strict`(
        document: String
    ) throws {
        let warnings = try SchedulingDocument.read(document).remarks.warnings
        #expect(warnings.count == 1)
        #expect(warnings.allSatisfy { $0.contains("(line ") })
        #expect(SchedulingDocument.problems(document, isStrict: true) == warnings)
    }

    @Test(arguments: [
        queue + "featureGates: [dataLayer, enableLegacyMetrics, prepareDataPlugins=true]",
        queue + "featureGates: [haPopulateNonLeaderDatastore=false]",
        queue + "flowControl: {enableEviction: false}",
        plugin("active-request-scorer", "requestTimeout: 2m"),
        plugin("token-load-scorer", "inFlightLoadProducerName: inflight-load-producer"),
        plugin("no-hit-lru-scorer", "lruSize: 1024"),
        plugin(
            "header-label-affinity-scorer",
            "headerName: a, labelKey: b, stampResponseHeader: false"
        ),
    ])
    func `what makes no difference is no error, however strict`(document: String) throws {
        #expect(try SchedulingDocument.read(document).remarks.warnings.isEmpty)
        #expect(SchedulingDocument.problems(document, isStrict: true).isEmpty)
    }
}
