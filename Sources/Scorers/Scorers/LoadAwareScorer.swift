package import Domain
package import Scheduling

/// Prefers endpoints with less to do: 0.5 · (1 − min(n, threshold) / threshold) for n requests.
///
/// The formula and the default threshold are those of llm-d's `load-aware-scorer`, which counts
/// the requests that wait at the engine. Here n is what this process has sent and not yet seen
/// end: known at once, where an engine's own figure is always a scrape behind.
package struct LoadAwareScorer: Scorer {
    /// Requests from which on an endpoint scores 0.
    private let threshold: Double

    package init(threshold: Int = 128) {
        precondition(threshold > 0, "some number of requests must be too many")
        self.threshold = Double(threshold)
    }

    package func scores(for endpoints: [Endpoint], in context: SchedulingContext) -> [Double] {
        endpoints.map { endpoint in
            let requests = Double(context.inFlight[endpoint.id, default: 0])
            return 0.5 * (1 - min(requests, threshold) / threshold)
        }
    }
}
