package import Telemetry

/// Everything that this target reports. Dashboards are written against these names; those that
/// begin with `llm_d_epp_` are llm-d's.
package struct DiscoveryMetrics: Sendable {
    package let readyEndpoints: Gauge
    package let fileReloads: Counter
    package let fileReloadErrors: Counter

    /// - Parameter poolName: the value of the label `name`.
    package init(registry: MetricsRegistry, poolName: String) {
        func reloads(_ result: String) -> Counter {
            registry.counter(
                "warmpath_endpoints_file_reloads_total",
                "Times that the endpoints file was read again after a change.",
                [.init("result", result)]
            )
        }
        readyEndpoints = registry.gauge(
            "llm_d_epp_ready_endpoints",
            "Endpoints that requests can be sent to.",
            [.init("name", poolName)]
        )
        fileReloads = reloads("ok")
        fileReloadErrors = reloads("error")
    }
}
