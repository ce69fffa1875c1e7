package import Telemetry

/// Everything that this target reports. Dashboards are written against these names; those that
/// begin with `llm_d_epp_` are llm-d's.
package struct DiscoveryMetrics: Sendable {
    package let readyEndpoints: Gauge
    package let fileReloads: Counter
    package let fileReloadErrors: Counter
    /// What engines report, over the pool.
    package let pool: PoolGauges
    private let pollErrors: ByQuestion
    private let extractErrors: ByQuestion

    private struct ByQuestion {
        let metrics: Counter
        let models: Counter

        subscript(question: PollSchedule.Question) -> Counter {
            switch question {
            case .metrics: metrics
            case .models: models
            }
        }
    }

    /// - Parameter poolName: the value of the label `name`.
    package init(registry: MetricsRegistry, poolName: String) {
        func reloads(_ result: String) -> Counter {
            registry.counter(
                "warmpath_endpoints_file_reloads_total",
                "Times that the endpoints file was read again after a change.",
                [.init("result", result)]
            )
        }
        func pollErrors(_ source: String) -> Counter {
            registry.counter(
                "llm_d_epp_datalayer_poll_errors_total",
                "Times that an engine did not answer when it was asked for its state.",
                [.init("source_type", source)]
            )
        }
        func extractErrors(_ source: String, _ extractor: String) -> Counter {
            registry.counter(
                "llm_d_epp_datalayer_extract_errors_total",
                "Answers of engines that did not hold what was asked for.",
                [.init("source_type", source), .init("extractor_type", extractor)]
            )
        }
        readyEndpoints = registry.gauge(
            "llm_d_epp_ready_endpoints",
            "Endpoints that requests can be sent to.",
            [.init("name", poolName)]
        )
        fileReloads = reloads("ok")
        fileReloadErrors = reloads("error")
        let (metricsSource, modelsSource) = ("metrics-data-source", "models-data-source")
        self.pollErrors = ByQuestion(
            metrics: pollErrors(metricsSource),
            models: pollErrors(modelsSource)
        )
        self.extractErrors = ByQuestion(
            metrics: extractErrors(metricsSource, "core-metrics-extractor"),
            models: extractErrors(modelsSource, "models-data-extractor")
        )
        pool = PoolGauges(registry: registry, poolName: poolName)
    }

    func pollErrors(_ question: PollSchedule.Question) -> Counter { pollErrors[question] }
    func extractErrors(_ question: PollSchedule.Question) -> Counter { extractErrors[question] }
}
