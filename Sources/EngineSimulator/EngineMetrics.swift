package import Telemetry

/// What an engine reports on /metrics, under vLLM's names.
package struct EngineMetrics: Sendable {
    package let registry = MetricsRegistry()
    package let running: Gauge
    package let waiting: Gauge
    package let prefixCacheQueries: Counter
    package let prefixCacheHits: Counter
    package let promptTokens: Counter
    package let generationTokens: Counter
    package let requestSuccess: Counter
    package let timeToFirstToken: Histogram
    /// Nil if the engine has no adapters.
    let adapters: AdapterStates?
    private let labels: [MetricsRegistry.Label]

    package init(_ config: EngineConfig) {
        adapters = config.adapters.isEmpty ? nil : AdapterStates(adaptersMax: config.adaptersMax)
        labels = [.init("engine", "0"), .init("model_name", config.model)]
        running = registry.gauge(
            "vllm:num_requests_running",
            "Number of requests in model execution batches.",
            labels
        )
        waiting = registry.gauge(
            "vllm:num_requests_waiting",
            "Number of requests waiting to be processed.",
            labels
        )
        prefixCacheQueries = registry.counter(
            "vllm:prefix_cache_queries_total",
            "Prefix cache queries, in terms of number of queried tokens.",
            labels
        )
        prefixCacheHits = registry.counter(
            "vllm:prefix_cache_hits_total",
            "Prefix cache hits, in terms of number of cached tokens.",
            labels
        )
        promptTokens = registry.counter(
            "vllm:prompt_tokens_total",
            "Number of prefill tokens processed.",
            labels
        )
        generationTokens = registry.counter(
            "vllm:generation_tokens_total",
            "Number of generation tokens processed.",
            labels
        )
        requestSuccess = registry.counter(
            "vllm:request_success_total",
            "Count of successfully processed requests.",
            labels + [.init("finished_reason", "length")]
        )
        timeToFirstToken = registry.histogram(
            "vllm:time_to_first_token_seconds",
            "Histogram of time to first token in seconds.",
            labels,
            bounds: [
                0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5,
                10, 20, 40, 80, 160, 640, 2560,
            ]
        )
        registry.gauge(
            "vllm:cache_config_info",
            "Information of the LLMEngine CacheConfig.",
            [
                .init("block_size", String(config.blockSize)), .init("engine", "0"),
                .init("num_gpu_blocks", String(config.blockCount)),
            ]
        ).set(1)
    }

    /// Everything as Prometheus text. `cacheUsage` is a share, which no gauge of whole numbers
    /// can hold.
    package func render(cacheUsage: Double) -> String {
        let labels = labels.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ",")
        return PrometheusText.render(registry) + """
            # HELP vllm:kv_cache_usage_perc KV-cache usage. 1 means 100 percent usage.
            # TYPE vllm:kv_cache_usage_perc gauge
            vllm:kv_cache_usage_perc{\(labels)} \(cacheUsage)

            """ + (adapters?.render() ?? "")
    }
}
