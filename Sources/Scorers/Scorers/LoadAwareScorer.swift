package import Domain
package import Scheduling

/// Prefers endpoints with less to do, by llm-d's formula: 0.5 for an idle endpoint, falling in a
/// straight line to 0 at `threshold` requests and beyond.
///
/// llm-d counts the requests that wait in the engine's queue, as of its last scrape. This counts
/// the requests that this picker itself has in flight at the endpoint, waiting or running: it
/// needs no scrape and is never out of date, but knows nothing of what others send there.
package struct LoadAwareScorer: Scorer {
    private let threshold: Int

    package init(threshold: Int = 128) {
        precondition(threshold > 0, "the score falls over at least one request")
        self.threshold = threshold
    }

    package func scores(for endpoints: [Endpoint], in context: SchedulingContext) -> [Double] {
        endpoints.map { endpoint in
            let load = min(max(context.inFlight[endpoint.id, default: 0], 0), threshold)
            return 0.5 * (1 - Double(load) / Double(threshold))
        }
    }
}
