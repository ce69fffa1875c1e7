package import Telemetry

/// Everything that this target reports. Dashboards are written against these names.
package struct DiscoveryMetrics: Sendable {
    let readyEndpoints: Gauge
    let reloads: Counter
    let reloadErrors: Counter

    package init(registry: MetricsRegistry) {
        readyEndpoints = registry.gauge("llm_d_epp_ready_endpoints", "Endpoints in the pool.")
        let help = "Times that the endpoints file changed."
        let name = "warmpath_endpoints_file_reloads_total"
        reloads = registry.counter(name, help, [.init("result", "ok")])
        reloadErrors = registry.counter(name, help, [.init("result", "error")])
    }
}
