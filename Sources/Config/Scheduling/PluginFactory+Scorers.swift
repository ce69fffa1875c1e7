import Scheduling
import Scorers

/// Scorers by type, under llm-d's names and with its defaults. Those that mind prefixes, sessions or
/// attributes are in files of their own.
extension PluginFactory {
    static let scorers: [String: Maker] = [
        "kv-cache-utilization-scorer": kvCacheUsage,
        "kv-cache-scorer": kvCacheUsage,  // Until GIE 0.5.
        "queue-scorer": { _, plugin, _ in plugin.scorer = QueueDepthScorer() },
        "running-requests-size-scorer": { _, plugin, _ in plugin.scorer = RunningRequestsScorer() },
        "load-aware-scorer": { parameters, plugin, _ in
            plugin.scorer = LoadAwareScorer(
                threshold: parameters.read("threshold", 1...countMax, or: 128)
            )
        },
        "active-request-scorer": { parameters, plugin, _ in
            parameters.ignore(
                "inFlightLoadProducerName",
                "requestTimeout",
                because: "what is in flight is counted here"
            )
            plugin.scorer = ActiveRequestScorer(
                idleThreshold: parameters.read("idleThreshold", 0...countMax, or: 0),
                maxBusyScore: parameters.read("maxBusyScore", 0...1, or: 1)
            )
        },
        "token-load-scorer": { parameters, plugin, factory in
            parameters.ignore(
                "inFlightLoadProducerName",
                because: "what is in flight is counted here"
            )
            plugin.scorer = TokenLoadScorer(
                queueThresholdTokens: parameters.read(
                    "queueThresholdTokens",
                    1...1_000_000_000_000,
                    or: 4_194_304
                ),
                source: factory.prefixSource(&parameters)
            )
            plugin.readsApproximatePrefix = true
        },
        "lora-affinity-scorer": loRA,
        "lora-load-state-scorer": loRA,
        "context-length-aware": { parameters, plugin, _ in
            let label = parameters.read("label", or: "llm-d.ai/context-length-range")
            plugin.scorer = ContextLengthScorer(label: label)
            if parameters.read("enableFiltering", or: false) {
                plugin.filter = ContextLengthFilter(label: label)
            }
        },
        "header-label-affinity-scorer": { parameters, plugin, _ in
            let header = parameters.read("headerName", or: "").lowercased()
            let label = parameters.read("labelKey", or: "")
            for (key, value) in [("headerName", header), ("labelKey", label)] where value.isEmpty {
                parameters.refuse(key, expected: "a name")
            }
            parameters.lose(
                "stampResponseHeader",
                because: "responses do not carry labels of endpoints"
            )
            plugin.scorer = HeaderLabelAffinityScorer(header: header, label: label)
            plugin.needs.headers = [header]
        },
        "predicted-ttft-scorer": { parameters, plugin, factory in
            plugin.scorer = factory.predictedTTFT(&parameters)
            plugin.readsApproximatePrefix = true
        },
        "latency-scorer": predictedLatency,
        "predicted-latency-scorer": predictedLatency,  // Until GIE 1.5.
        "latency-observation-scorer": predictedLatency,
        "pd-slo-pair-optimizer": predictedPairs,
    ]

    /// Requests, blocks, or whatever is counted: beyond every pool.
    static let countMax = 1_000_000_000

    private static let kvCacheUsage: Maker = { _, plugin, _ in
        plugin.scorer = KVCacheUsageScorer()
    }

    private static let loRA: Maker = { _, plugin, _ in plugin.scorer = LoRAAffinityScorer() }

    /// Pairs of endpoints are not weighed against each other: a profile picks one after the other.
    private static let predictedPairs: Maker = { parameters, plugin, factory in
        parameters.lose(
            "transferOverheadMs",
            "sloBufferFactor",
            "selectionStrategy",
            "negativeHeadroomProb",
            because: "each endpoint is rated by itself"
        )
        predictedLatency(&parameters, &plugin, factory)
    }

    private static let predictedLatency: Maker = { parameters, plugin, factory in
        parameters.lose(
            "ttftWeight",
            "tpotWeight",
            "headroomTTFTWeight",
            "headroomTPOTWeight",
            "headroomSelectionStrategy",
            because: "the time to the first token alone decides"
        )
        parameters.ignoreAll(because: "times are predicted from what was observed, by endpoint")
        plugin.scorer = PredictedTTFTScorer(time: factory.timeToFirstToken(source: .automatic))
        plugin.readsApproximatePrefix = true
        factory.findings.note(
            "\(plugin.type) is here the predicted time to the first token alone"
        )
    }

    private func predictedTTFT(_ parameters: inout PluginParameters) -> PredictedTTFTScorer {
        var time = timeToFirstToken(source: prefixSource(&parameters))
        time.secondsPerWaitingRequest =
            parameters.read("waitingRequestMs", 0...60_000, or: 5.0) / 1000
        return PredictedTTFTScorer(
            time: time,
            tieRatio: parameters.read("tieRatio", 0...10, or: 0.1),
            tieSeconds: parameters.read("tieMs", 0...60_000, or: 5.0) / 1000,
            displacementWeight: parameters.read("displacementWeight", 0...1000, or: 0.5)
        )
    }

    func timeToFirstToken(source: PrefixSource) -> TimeToFirstToken {
        var time = TimeToFirstToken()
        time.source = source
        time.tierWeights = effectiveTierWeights
        return time
    }

    var effectiveTierWeights: TierWeights {
        overrides.tierWeights ?? tierWeights ?? TierWeights()
    }
}
