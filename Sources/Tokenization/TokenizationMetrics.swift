import Domain
package import Telemetry

/// Everything that this target reports. Dashboards are written against these names.
package final class TokenizationMetrics: Sendable {
    private let registry: MetricsRegistry
    private let hitBytes: Counter
    private let missedBytes: Counter
    private let forgottenBlocks: Counter
    private let storeBytes: Gauge
    private let renderSeconds: Histogram
    private let encodeSeconds: Histogram
    private let tokens: Counter
    private let loadedModels: Gauge
    private let loadSeconds: Histogram
    private let loadFailures: Counter

    package init(registry: MetricsRegistry) {
        self.registry = registry
        hitBytes = registry.counter(
            "warmpath_tokenization_prefix_store_hit_bytes_total",
            "Bytes of prompts whose ids were known."
        )
        missedBytes = registry.counter(
            "warmpath_tokenization_prefix_store_missed_bytes_total",
            "Bytes of prompts that had to be encoded, though the store was asked."
        )
        forgottenBlocks = registry.counter(
            "warmpath_tokenization_prefix_store_evictions_total",
            "Blocks that the prefix store had to forget."
        )
        storeBytes = registry.gauge(
            "warmpath_tokenization_prefix_store_bytes",
            "Memory of the prefix store."
        )
        renderSeconds = registry.histogram(
            "warmpath_tokenization_render_chat_template_latency_seconds",
            "Time from a parsed body to its prompt.",
            bounds: Self.secondsBounds
        )
        encodeSeconds = registry.histogram(
            "warmpath_tokenization_tokenization_latency_seconds",
            "Time from a prompt to its tokens.",
            bounds: Self.secondsBounds
        )
        tokens = registry.counter(
            "warmpath_tokenization_tokenized_tokens_total",
            "Tokens of the prompts that were encoded, known ones included."
        )
        loadedModels = registry.gauge(
            "warmpath_tokenization_loaded_models",
            "Models whose tokenizers are loaded."
        )
        loadSeconds = registry.histogram(
            "warmpath_tokenization_model_load_seconds",
            "Time to find and load a model's tokenizer, a download included.",
            bounds: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300]
        )
        loadFailures = registry.counter(
            "warmpath_tokenization_model_load_failures_total",
            "Attempts to load a model's tokenizer that failed."
        )
    }

    private static let secondsBounds = [
        0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.2,
    ]

    func looked(hitBytes: Int, missedBytes: Int) {
        self.hitBytes.add(UInt64(hitBytes))
        self.missedBytes.add(UInt64(missedBytes))
    }

    func kept(_ run: PrefixRun, forgot: [PrefixRun]) {
        storeBytes.add(Int64(run.byteCount - forgot.reduce(0) { $0 + $1.byteCount }))
        forgottenBlocks.add(UInt64(forgot.reduce(0) { $0 + $1.ends.count }))
    }

    func rendered(in time: Duration) { renderSeconds.record(time / .seconds(1)) }

    func encoded(tokenCount: Int, in time: Duration) {
        encodeSeconds.record(time / .seconds(1))
        tokens.add(UInt64(tokenCount))
    }

    func loaded(count: Int, in time: Duration) {
        loadedModels.set(Int64(count))
        loadSeconds.record(time / .seconds(1))
    }

    func failedToLoad() { loadFailures.add() }

    /// A request is routed without its tokens.
    package func degraded(by error: TokenizationError) {
        registry.counter(
            "warmpath_requests_routed_without_prompt_total",
            "Requests routed by load alone, because their prompts had no tokens in time.",
            [.init("reason", error.label)]
        ).add()
    }
}
