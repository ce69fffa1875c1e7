package import Telemetry

/// Everything that asking engines for tokens reports. Dashboards are written against these names.
package struct RemoteTokenizerMetrics: Sendable {
    let answered: Counter
    let refused: Counter
    let late: Counter
    let failed: Counter
    let malformed: Counter
    let cancelled: Counter
    let notAsked: Counter
    let openCircuits: Gauge
    let seconds: Histogram

    package init(registry: MetricsRegistry) {
        func requests(_ outcome: String) -> Counter {
            registry.counter(
                "warmpath_remote_tokenization_requests_total",
                "Requests whose tokens an engine was to compute, by how that ended.",
                [.init("outcome", outcome)]
            )
        }
        answered = requests("answered")
        refused = requests("refused")
        late = requests("late")
        failed = requests("failed")
        malformed = requests("malformed")
        cancelled = requests("cancelled")
        notAsked = requests("not_asked")
        openCircuits = registry.gauge(
            "warmpath_remote_tokenization_open_circuits",
            "Engines that are not asked for tokens because too many requests failed."
        )
        seconds = registry.histogram(
            "warmpath_remote_tokenization_seconds",
            "Time that engines took for answers with tokens.",
            bounds: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]
        )
    }
}
