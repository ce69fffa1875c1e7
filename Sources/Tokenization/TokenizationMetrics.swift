package import Telemetry

/// Everything that this target reports. Dashboards are written against these names.
package struct TokenizationMetrics: Sendable {
    private let hitBytes: Counter
    private let missedBytes: Counter
    private let forgottenBlocks: Counter
    private let storeBytes: Gauge

    package init(registry: MetricsRegistry) {
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
    }

    func looked(hitBytes: Int, missedBytes: Int) {
        self.hitBytes.add(UInt64(hitBytes))
        self.missedBytes.add(UInt64(missedBytes))
    }

    func kept(_ run: PrefixRun, forgot: [PrefixRun]) {
        storeBytes.add(Int64(run.byteCount - forgot.reduce(0) { $0 + $1.byteCount }))
        forgottenBlocks.add(UInt64(forgot.reduce(0) { $0 + $1.ends.count }))
    }
}
