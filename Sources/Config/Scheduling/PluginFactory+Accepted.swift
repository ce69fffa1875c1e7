/// Types that need no part here, because what they do is done anyway, and types that nothing stands
/// for.
extension PluginFactory {
    static let accepted: [String: Maker] = done.mapValues { reason in
        { parameters, _, _ in parameters.ignoreAll(because: reason) }
    }

    private static let done: [String: String] = [
        "openai-parser": formats,
        "anthropic-parser": formats,
        "vllmhttp-parser": formats,
        "passthrough-parser": formats,
        "metrics-data-source": reports,
        "core-metrics-extractor": reports,
        "model-server-protocol-metrics": reports,
        "models-data-source": "adapters are among what engines report",
        "models-data-extractor": "adapters are among what engines report",
        "endpoint-notification-source": "the pool is followed",
        "k8s-notification-source": "the pool is followed",
        "notification-source": "the pool is followed",
        "session-id-producer": "sessions are named by what the affinity's parameters say",
        "disagg-headers-handler": headers,
        "prefill-header-handler": headers,
        "encoder-header-handler": headers,
        "dp-rank-header-handler": headers,
        "predicted-latency-producer": "times are predicted from what was observed, by endpoint",
        "destination-endpoint-served-verifier": "who has answered is always read",
    ]

    private static let formats = "formats of requests are told apart by themselves"
    private static let reports = "how engines are asked is said on the command line"
    private static let headers = "headers for other phases and ranks are set by themselves"

    /// By type, what happens instead.
    static let unsupported: [String: String] = [
        "vllmgrpc-parser": noPrompt,
        "sglanghttp-parser": noPrompt,
        "vertexai-parser": noPrompt,
        "mm-embeddings-cache-scorer": noMedia,
        "mm-embeddings-cache-producer": noMedia,
        "burst-prefix-cache-producer":
            "what was picked counts at once, so that requests of a burst see each other",
        "p2p-source-producer": "engines fetch no blocks from each other on our word",
        "agent-identity": "sessions are named by headers and cookies",
        "session-state-producer": "sessions are named by headers and cookies",
        "program-aware-fairness": "global-strict-fairness-policy is used",
        "thunder-agent": "it has no part; the other plug-ins decide",
        "soft-reflective-ceiling-policy": noCeiling,
        "soft-reflective-ceiling": noCeiling,
        "latency-slo-admitter": "requests whose objective cannot be met are let in",
        "eviction-sheddable-filter": noEviction,
        "sheddable-eviction-filter": noEviction,
        "eviction-priority-then-time-ordering": noEviction,
        "priority-then-time-eviction-order-policy": noEviction,
        "disaggregatedset-rollout-screener": "revisions of a rollout are all used",
        "topology-stamp-handler": "responses do not carry labels of endpoints",
        "models-responder": "lists of models come from one endpoint",
        "request-attribute-reporter": "responses carry no metadata for rate limits",
        "dcgm-data-source": noHardware,
        "dcgm-extractor": noHardware,
        "file-discovery": "endpoints are those of the pool, or of --endpoints-file",
        "output-length-bucket": "every request counts with its own bound of output tokens",
        "load-aware-picker": "max-score-picker is used",
        "lmetric-scorer": "it has no part; the other scorers decide",
    ]

    private static let noPrompt = "such requests are routed without a look at their prompt"
    private static let noMedia = "which media an encoder holds is not known"
    private static let noCeiling = "every priority may fill the pool"
    private static let noEviction = "only requests that wait are evicted"
    private static let noHardware = "figures are those of engines and labels"

    /// What happens instead of what an unsupported type does. Nil: the type is none that we know.
    static func substitute(for type: String) -> String? {
        if type.contains("multicluster") { return "endpoints of one cluster are known" }
        return unsupported[type]
    }
}
