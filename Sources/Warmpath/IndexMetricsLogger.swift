import KVIndexer
import Routing
import Telemetry

/// Writes to the log what the index has done, for those who read no metrics.
struct IndexMetricsLogger: Sendable {
    let interval: Duration
    let index: KVIndexerMetrics
    let routing: RoutingMetrics
    let log: Log

    /// Writes a line after each interval, until the task is cancelled.
    func run() async {
        while (try? await Task.sleep(for: interval)) != nil { write() }
    }

    private func write() {
        log.info(
            "index",
            [
                "admissions": "\(index.keysStored.value)",
                "removals": "\(index.keysRemoved.value)",
                "evictions": "\(index.keysEvicted.value)",
                "lookups": "\(routing.lookupCount)",
                "hits": "\(routing.lookupHitCount)",
            ]
        )
    }
}
