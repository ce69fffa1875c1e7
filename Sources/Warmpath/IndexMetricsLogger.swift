import KVIndexer
import Routing
import Telemetry

/// Writes to the log what the index has done, for those who read no metrics.
struct IndexMetricsLogger: Sendable {
    let interval: Duration
    let cache: KVCacheParts
    let routing: RoutingMetrics
    let log: Log

    /// Writes a line after each interval, until the task is cancelled.
    func run() async {
        while (try? await Task.sleep(for: interval)) != nil { write() }
    }

    private func write() {
        let metrics = cache.metrics
        let statistics = cache.memory?.statistics
        log.info(
            "index",
            [
                "admissions": "\(metrics.keysStored.value)",
                "removals": "\(metrics.keysRemoved.value)",
                "evictions": "\(metrics.keysEvicted.value)",
                "lookups": "\(routing.lookupCount)",
                "hits": "\(routing.lookupHitCount)",
                "keys": statistics.map { "\($0.keys)" } ?? "unknown",
                "bytes": statistics.map { "\($0.bytes)" } ?? "unknown",
            ]
        )
    }
}
