package import Domain
import Synchronization
package import Telemetry

/// Everything that this target reports. Dashboards are written against these names; those that
/// begin with `llm_d_epp_` are llm-d's.
package final class RoutingMetrics: Sendable {
    /// Model names come from clients: beyond this many different ones, all count as `other`.
    private static let modelsMax = 1000
    private static let modelBytesMax = 128

    private struct StageKey: Hashable {
        let model: String
        let stages: String
    }

    private let registry: MetricsRegistry
    private let requestTotals = Mutex<[String: Counter]>([:])
    private let stageTotals = Mutex<[StageKey: Counter]>([:])
    /// Names of the endpoints that have series.
    private let reportedEndpoints = Mutex<Set<String>>([])
    private let decisionSeconds: Histogram
    private let hitRatio: Histogram
    private let lookups: Counter
    private let lookupHits: Counter
    private let promptBlocks: Counter

    package init(registry: MetricsRegistry) {
        self.registry = registry
        decisionSeconds = registry.histogram(
            "llm_d_epp_scheduler_e2e_duration_seconds",
            "Time from a request's body to its endpoint, tokenization included.",
            bounds: [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1]
        )
        hitRatio = registry.histogram(
            "llm_d_epp_prefix_indexer_hit_ratio",
            "Share of a prompt's blocks that the picked endpoint holds.",
            bounds: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
        )
        lookups = registry.counter(
            "llm_d_epp_kv_cache_index_lookup_requests_total",
            "Prompts that were looked up in the index."
        )
        lookupHits = registry.counter(
            "llm_d_epp_kv_cache_index_lookup_hits_total",
            "Prompts of which some endpoint holds at least one block."
        )
        promptBlocks = registry.counter(
            "warmpath_prompt_blocks_total",
            "Full blocks of the prompts that were looked up."
        )
    }

    func routed(_ request: InferenceRequest, to decision: RoutingDecision, in time: Duration) {
        let label = requestTotal(request.model)
        label.counter.add()
        decisionSeconds.record(time / .seconds(1))
        if decision.blockCount > 0 {
            hitRatio.record(Double(decision.matchedBlocks) / Double(decision.blockCount))
        }
        stages(of: decision, model: label.model).add()
    }

    func failed(_ error: PickError) {
        registry.counter(
            "llm_d_epp_request_error_total",
            "Requests that were answered with an error instead of a route.",
            [.init("error_code", error.label)]
        ).add()
    }

    package var lookupCount: UInt64 { lookups.value }
    package var lookupHitCount: UInt64 { lookupHits.value }

    func lookedUp(_ matches: PrefixMatches) {
        promptBlocks.add(UInt64(matches.blockCount))
        guard matches.blockCount > 0 else { return }
        lookups.add()
        if !matches.endpoints.isEmpty { lookupHits.add() }
    }

    /// Sets the gauges that describe a moment. To be called before they are read.
    ///
    /// - Parameter loads: by position in the snapshot.
    package func refresh(_ snapshot: EndpointSnapshot, loads: [EndpointLoad]) {
        let names = Set(snapshot.endpoints.map(\.name))
        let gone = reportedEndpoints.withLock { reported in
            defer { reported = names }
            return reported.subtracting(names)
        }
        for name in gone { registry.removeSeries(labelled: Self.endpoint(name)) }
        for (endpoint, load) in zip(snapshot.endpoints, loads) {
            let labels = [Self.endpoint(endpoint.name)]
            func set(_ name: String, _ help: String, _ value: Int) {
                registry.gauge(name, help, labels).set(Int64(value))
            }
            set(
                "llm_d_epp_inflight_requests",
                "Requests sent to an endpoint and not yet ended.",
                Int(load.inFlightRequests)
            )
            set(
                "llm_d_epp_inflight_tokens",
                "Tokens of the prompts of requests sent to an endpoint and not yet ended.",
                load.inFlightTokens
            )
            set(
                "warmpath_prefilling_tokens",
                "Uncached tokens of prompts that an endpoint has yet to compute.",
                load.prefillingTokens
            )
            set(
                "warmpath_learned_prefill_tokens_per_second",
                "How fast an endpoint computes prompts, as learned from its responses.",
                Int(load.prefillRate.tokensPerSecond)
            )
            set(
                "warmpath_endpoint_broken",
                "Whether an endpoint is left out because its latest requests failed.",
                load.isBroken ? 1 : 0
            )
        }
    }

    private static func endpoint(_ name: String) -> MetricsRegistry.Label {
        .init("endpoint_name", name)
    }

    /// Which stages a request's way has.
    private func stages(of decision: RoutingDecision, model: String) -> Counter {
        let type =
            switch (decision.encoders.isEmpty, decision.prefill == nil) {
            case (true, true): "decode-only"
            case (true, false): "prefill-decode"
            case (false, true): "encode-decode"
            case (false, false): "encode-prefill-decode"
            }
        return stageTotals.withLock { totals in
            let key = StageKey(model: model, stages: type)
            if let known = totals[key] { return known }
            let counter = registry.counter(
                "llm_d_epp_disagg_decision_total",
                "Requests by the stages that endpoints of their own serve.",
                [.init("model_name", model), .init("decision_type", type)]
            )
            totals[key] = counter
            return counter
        }
    }

    private func requestTotal(_ model: String) -> (model: String, counter: Counter) {
        requestTotals.withLock { totals in
            let isNamed = totals.count < Self.modelsMax && model.utf8.count <= Self.modelBytesMax
            let label = totals[model] != nil || isNamed ? model : "other"
            if let known = totals[label] { return (label, known) }
            let counter = registry.counter(
                "llm_d_epp_request_total",
                "Requests that were routed.",
                [.init("model_name", label), .init("target_model_name", label)]
            )
            totals[label] = counter
            return (label, counter)
        }
    }
}

extension PickError {
    fileprivate var label: String {
        switch self {
        case .noEndpoints, .noEndpointsInTime, .cancelled, .shuttingDown: "ServiceUnavailable"
        case .saturated, .shed, .queueFull, .waitedTooLong, .evicted: "ResourceExhausted"
        case .malformedRequest: "BadRequest"
        case .unsupportedGateway: "Internal"
        case .bodyTooLarge: "PayloadTooLarge"
        }
    }
}
