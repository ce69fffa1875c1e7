import Domain

/// Under which names one kind of engine reports what: those that llm-d reads.
struct EngineMetricNames: Sendable {
    enum Figure: Sendable {
        case waitingRequests
        case runningRequests
        /// Share of the KV cache in use.
        case kvCacheUsage
        /// The same under the name of earlier versions: counts where the other is not there.
        case earlierKVCacheUsage
        case blockTokens
        case blockCount
        /// Of its labels, the first says how many tokens a block has, the second how many there
        /// are.
        case cacheInfo(blockTokens: String, blockCount: String)
        /// Its labels tell of LoRA adapters.
        case adapters
    }

    struct Source: Sendable {
        let name: String
        let figure: Figure
        /// Only the series with this label count.
        var label: (name: String, value: String)?
    }

    let names: MetricNames
    /// What is read from the metric of each name: several figures may share one.
    private let sources: [[Source]]

    private init(_ sources: [Source]) {
        var names: [String] = []
        for source in sources where names.last != source.name { names.append(source.name) }
        self.names = MetricNames(names)
        self.sources = names.map { name in sources.filter { $0.name == name } }
    }

    func sources(named name: Int) -> [Source] { sources[name] }

    static func of(_ family: EngineFamily) -> EngineMetricNames {
        switch family {
        case .vllm: vllm
        case .sglang: sglang
        case .trtllmServe: trtllmServe
        case .tritonTensorRTLLM: tritonTensorRTLLM
        case .triton: triton
        }
    }
}

extension EngineMetricNames {
    private static let vllm = EngineMetricNames([
        Source(name: "vllm:num_requests_waiting", figure: .waitingRequests),
        Source(name: "vllm:num_requests_running", figure: .runningRequests),
        Source(name: "vllm:kv_cache_usage_perc", figure: .kvCacheUsage),
        Source(name: "vllm:gpu_cache_usage_perc", figure: .earlierKVCacheUsage),
        Source(name: "vllm:lora_requests_info", figure: .adapters),
        Source(
            name: "vllm:cache_config_info",
            figure: .cacheInfo(blockTokens: "block_size", blockCount: "num_gpu_blocks")
        ),
    ])

    private static let sglang = EngineMetricNames([
        Source(name: "sglang:num_queue_reqs", figure: .waitingRequests),
        Source(name: "sglang:num_running_reqs", figure: .runningRequests),
        Source(name: "sglang:token_usage", figure: .kvCacheUsage),
        Source(
            name: "sglang:cache_config_info",
            figure: .cacheInfo(blockTokens: "page_size", blockCount: "num_pages")
        ),
    ])

    private static let trtllmServe = EngineMetricNames([
        Source(name: "trtllm_num_requests_waiting", figure: .waitingRequests),
        Source(name: "trtllm_num_requests_running", figure: .runningRequests),
        Source(name: "trtllm_kv_cache_utilization", figure: .kvCacheUsage),
        Source(name: "trtllm_kv_cache_tokens_per_block", figure: .blockTokens),
        Source(name: "trtllm_kv_cache_max_blocks", figure: .blockCount),
    ])

    private static let tritonTensorRTLLM = EngineMetricNames([
        Source(
            name: "nv_trt_llm_request_metrics",
            figure: .waitingRequests,
            label: ("request_type", "waiting")
        ),
        Source(
            name: "nv_trt_llm_request_metrics",
            figure: .runningRequests,
            label: ("request_type", "scheduled")
        ),
        Source(
            name: "nv_trt_llm_kv_cache_block_metrics",
            figure: .kvCacheUsage,
            label: ("kv_cache_block_type", "fraction")
        ),
        Source(
            name: "nv_trt_llm_kv_cache_block_metrics",
            figure: .blockTokens,
            label: ("kv_cache_block_type", "tokens_per")
        ),
        Source(
            name: "nv_trt_llm_kv_cache_block_metrics",
            figure: .blockCount,
            label: ("kv_cache_block_type", "max")
        ),
    ])

    /// Triton alone tells of no running requests. `nv_inference_exec_count`, which llm-d takes for
    /// them, is a counter: it grows with every execution, so an endpoint would look the busier
    /// the longer it runs.
    private static let triton = EngineMetricNames([
        Source(name: "nv_inference_pending_request_count", figure: .waitingRequests)
    ])
}
