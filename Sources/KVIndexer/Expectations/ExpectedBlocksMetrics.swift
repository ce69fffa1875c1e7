package import Telemetry

/// What becomes of blocks that were credited to an endpoint when a request was routed there.
package struct ExpectedBlocksMetrics: Sendable {
    package let credited: Counter
    package let confirmed: Counter
    package let expired: Counter
    package let withdrawn: Counter
    /// Requests whose blocks are credited at this moment.
    package let requests: Gauge

    init(registry: MetricsRegistry) {
        func counter(_ outcome: String, _ help: String) -> Counter {
            registry.counter("warmpath_kv_expected_blocks_\(outcome)_total", help)
        }
        credited = counter("credited", "Blocks credited to an endpoint at pick time.")
        confirmed = counter("confirmed", "Credited blocks that the engine announced in time.")
        expired = counter("expired", "Credited blocks that the engine did not announce in time.")
        withdrawn = counter("withdrawn", "Credited blocks that were taken back.")
        requests = registry.gauge(
            "warmpath_kv_expected_requests",
            "Requests whose blocks are credited and not yet announced."
        )
    }
}
