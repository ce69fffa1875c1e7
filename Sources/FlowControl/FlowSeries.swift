import Domain
import Synchronization
import Telemetry

/// The series that requests of one fairness ID, model and priority count in. May be used from any
/// thread.
final class FlowSeries: Sendable {
    private struct Answered {
        let requests: Counter
        let queueSeconds: Histogram
        let enqueueSeconds: Histogram
    }

    private let labels: FlowLabels
    private let registry: MetricsRegistry
    private let pool: MetricsRegistry.Label
    private let queueSize: Gauge
    private let queueBytes: Gauge
    /// Made when the outcome is first seen: few flows see them all.
    private let answered = Mutex<[FlowOutcome: Answered]>([:])

    init(_ labels: FlowLabels, in registry: MetricsRegistry, pool: MetricsRegistry.Label) {
        self.labels = labels
        self.registry = registry
        self.pool = pool
        let all = Self.identity(of: labels) + [pool] + Self.models(of: labels)
        queueSize = registry.gauge(
            "llm_d_epp_flow_control_queue_size",
            "Requests that wait.",
            all
        )
        queueBytes = registry.gauge(
            "llm_d_epp_flow_control_queue_bytes",
            "Bytes of the bodies of requests that wait.",
            all
        )
    }

    func began(bytes: Int) {
        queueSize.add(1)
        queueBytes.add(Int64(bytes))
    }

    func ended(bytes: Int) {
        queueSize.add(-1)
        queueBytes.add(-Int64(bytes))
    }

    /// - Parameters:
    ///   - decided: after what time it was known whether the request has to wait.
    ///   - answered: after what time it was answered.
    func record(_ outcome: FlowOutcome, decided: Duration, answered: Duration) {
        let series = series(of: outcome)
        series.requests.add()
        series.enqueueSeconds.record(decided / .seconds(1))
        series.queueSeconds.record(answered / .seconds(1))
    }

    private func series(of outcome: FlowOutcome) -> Answered {
        answered.withLock { answered in
            if let known = answered[outcome] { return known }
            let series = makeSeries(of: outcome)
            answered[outcome] = series
            return series
        }
    }

    private func makeSeries(of outcome: FlowOutcome) -> Answered {
        let outcome = MetricsRegistry.Label("outcome", outcome.rawValue)
        let identity = Self.identity(of: labels)
        return Answered(
            requests: registry.counter(
                "llm_d_epp_flow_control_requests_total",
                "Requests, by what became of them.",
                [outcome, .init("priority", labels.priority), pool]
            ),
            queueSeconds: registry.histogram(
                "llm_d_epp_flow_control_request_queue_duration_seconds",
                "Time from a request's arrival to its answer: it passes or is refused.",
                identity + [outcome, pool] + Self.models(of: labels),
                bounds: [
                    0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
                    30, 60,
                ]
            ),
            enqueueSeconds: registry.histogram(
                "llm_d_epp_flow_control_request_enqueue_duration_seconds",
                "Time to decide whether a request passes, waits or is refused.",
                identity + [outcome],
                bounds: [0.000001, 0.00001, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1]
            )
        )
    }

    private static func identity(of labels: FlowLabels) -> [MetricsRegistry.Label] {
        [.init("fairness_id", labels.fairnessID), .init("priority", labels.priority)]
    }

    private static func models(of labels: FlowLabels) -> [MetricsRegistry.Label] {
        [.init("model_name", labels.model), .init("target_model_name", labels.model)]
    }
}
