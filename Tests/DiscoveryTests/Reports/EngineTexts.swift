/// Metrics as engines write them, cut down to a few.
enum EngineTexts {
    static let vllm = """
        # HELP python_gc_objects_collected_total Objects collected during gc
        # TYPE python_gc_objects_collected_total counter
        python_gc_objects_collected_total{generation="0"} 12058.0
        # HELP vllm:num_requests_running Number of requests in model execution batches.
        # TYPE vllm:num_requests_running gauge
        vllm:num_requests_running{engine="0",model_name="meta-llama/Llama-3.1-8B"} 7.0
        # HELP vllm:num_requests_waiting Number of requests waiting to be processed.
        # TYPE vllm:num_requests_waiting gauge
        vllm:num_requests_waiting{engine="0",model_name="meta-llama/Llama-3.1-8B"} 3.0
        # HELP vllm:kv_cache_usage_perc KV-cache usage. 1 means 100 percent usage.
        # TYPE vllm:kv_cache_usage_perc gauge
        vllm:kv_cache_usage_perc{engine="0",model_name="meta-llama/Llama-3.1-8B"} 0.25
        # HELP vllm:time_to_first_token_seconds Histogram of time to first token in seconds.
        # TYPE vllm:time_to_first_token_seconds histogram
        vllm:time_to_first_token_seconds_bucket{engine="0",le="0.001",model_name="m"} 0.0
        vllm:time_to_first_token_seconds_bucket{engine="0",le="+Inf",model_name="m"} 41.0
        vllm:time_to_first_token_seconds_count{engine="0",model_name="m"} 41.0
        vllm:time_to_first_token_seconds_sum{engine="0",model_name="m"} 1.912e-05
        # HELP vllm:cache_config_info Information of the LLMEngine CacheConfig
        # TYPE vllm:cache_config_info gauge
        vllm:cache_config_info{block_size="16",cache_dtype="auto",cpu_kvcache_space_bytes="None",\
        enable_prefix_caching="True",engine="0",num_cpu_blocks="None",num_gpu_blocks="27431",\
        prefix_caching_hash_algo="sha256",sliding_window="None"} 1.0
        # HELP vllm:lora_requests_info Running stats on lora requests.
        # TYPE vllm:lora_requests_info gauge
        vllm:lora_requests_info{max_lora="4",running_lora_adapters="",waiting_lora_adapters=""} \
        1.7886264577368872e+09
        vllm:lora_requests_info{max_lora="4",running_lora_adapters="sql,chat",\
        waiting_lora_adapters="sql,code"} 1.7886264646318772e+09
        vllm:lora_requests_info{max_lora="4",running_lora_adapters="old",\
        waiting_lora_adapters="old"} 1.7886264546318772e+09

        """

    /// Two ranks of one engine.
    static let vllmRanks = """
        vllm:num_requests_running{engine="0"} 7.0
        vllm:num_requests_running{engine="1"} 5.0
        vllm:num_requests_waiting{engine="0"} 0.0
        vllm:num_requests_waiting{engine="1"} 2.0
        vllm:kv_cache_usage_perc{engine="0"} 0.5
        vllm:kv_cache_usage_perc{engine="1"} 0.25
        vllm:cache_config_info{block_size="32",engine="0",num_gpu_blocks="100"} 1.0
        vllm:cache_config_info{block_size="32",engine="1",num_gpu_blocks="90"} 1.0
        """

    static let sglang = """
        # TYPE sglang:num_running_reqs gauge
        sglang:num_running_reqs{engine_type="unified",model_name="m",pp_rank="0",tp_rank="0"} 4.0
        # TYPE sglang:token_usage gauge
        sglang:token_usage{engine_type="unified",model_name="m",pp_rank="0",tp_rank="0"} 0.28
        # TYPE sglang:num_queue_reqs gauge
        sglang:num_queue_reqs{engine_type="unified",model_name="m",pp_rank="0",tp_rank="0"} 9.0
        sglang:num_queue_reqs_total{model_name="m"} 999.0
        sglang:cache_config_info{num_pages="1000",page_size="64"} 1.0
        """

    static let trtllmServe = """
        trtllm_num_requests_waiting{model_name="m"} 1.0
        trtllm_num_requests_running{model_name="m"} 2.0
        trtllm_kv_cache_utilization{model_name="m"} 0.125
        trtllm_kv_cache_tokens_per_block{model_name="m"} 32.0
        trtllm_kv_cache_max_blocks{model_name="m"} 500.0
        """

    static let tritonTensorRTLLM = """
        nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="waiting",version="1"} 5
        nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="context",version="1"} 77
        nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="scheduled",version="1"} 6
        nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="tokens_per",model="t",version="1"} 64
        nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="used",model="t",version="1"} 1
        nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="fraction",model="t",version="1"} 0.5
        nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="max",model="t",version="1"} 6239
        """

    static let triton = """
        # TYPE nv_inference_exec_count counter
        nv_inference_exec_count{model="m",version="1"} 1234567
        # TYPE nv_inference_pending_request_count gauge
        nv_inference_pending_request_count{model="m",version="1"} 3
        nv_inference_pending_request_count{model="n",version="1"} 4
        """
}
