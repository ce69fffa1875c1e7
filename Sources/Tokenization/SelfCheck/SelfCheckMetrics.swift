package import Telemetry

/// Everything that self-checks report. Dashboards are written against these names.
package struct SelfCheckMetrics: Sendable {
    /// The value of the state gauge.
    enum State: Int64, CaseIterable, Sendable {
        case unknown = 0
        case same = 1
        case modeChanged = 2
        case engineAsked = 3
        case off = 4

        init<Mode>(_ verdict: SelfCheck<Mode>.Verdict) {
            self =
                switch verdict {
                case .unknown: .unknown
                case .keep: .same
                case .change: .modeChanged
                case .askEngine: .engineAsked
                case .off: .off
                }
        }
    }

    private let registry: MetricsRegistry

    package init(registry: MetricsRegistry) { self.registry = registry }

    /// - Parameter model: one that the configuration knows, so that labels are bounded.
    func record(_ state: State, model: String) {
        registry.gauge(
            "warmpath_tokenizer_self_check_state",
            "How the last self-check of a model ended: 0 unknown, 1 the engine's tokens, "
                + "2 its tokens in another mode, 3 the engine is asked, 4 precise scoring is off.",
            [.init("model", model)]
        ).set(state.rawValue)
        registry.counter(
            "warmpath_tokenizer_self_checks_total",
            "Self-checks of a model's tokenizer, by how they ended.",
            [.init("model", model), .init("outcome", "\(state)")]
        ).add()
    }
}
