package import Telemetry

/// How the index is kept beyond the process.
package struct SnapshotMetrics: Sendable {
    /// Since 1970. 0: none was saved.
    package let lastSavedSeconds: Gauge
    package let bytes: Gauge
    package let blocks: Gauge
    package let saveSeconds: Histogram
    package let savesFailed: Counter
    package let served: Counter
    package let blocksRestored: Counter
    private let refused: [SnapshotError.Reason: Counter]

    init(registry: MetricsRegistry) {
        func counter(_ name: String, _ help: String) -> Counter {
            registry.counter("warmpath_kv_snapshot_\(name)_total", help)
        }
        func gauge(_ name: String, _ help: String) -> Gauge {
            registry.gauge("warmpath_kv_snapshot_\(name)", help)
        }
        lastSavedSeconds = gauge(
            "last_success_timestamp_seconds",
            "When the index was last saved to disk."
        )
        bytes = gauge("bytes", "Size of the last snapshot on disk.")
        blocks = gauge("blocks", "Blocks in the last snapshot on disk.")
        saveSeconds = registry.histogram(
            "warmpath_kv_snapshot_save_seconds",
            "How long it took to save the index to disk.",
            bounds: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100]
        )
        savesFailed = counter("saves_failed", "Snapshots that could not be written.")
        served = counter("served", "Snapshots sent to other replicas, whole.")
        blocksRestored = counter("restored_blocks", "Blocks in the snapshots that were loaded.")
        let reasons = SnapshotError.Reason.allCases.map { reason in
            let counter = registry.counter(
                "warmpath_kv_snapshot_refused_total",
                "Snapshots that were not loaded.",
                [.init("reason", reason.rawValue)]
            )
            return (reason, counter)
        }
        refused = Dictionary(uniqueKeysWithValues: reasons)
    }

    func refuse(_ reason: SnapshotError.Reason) { refused[reason]?.add() }

    package func refused(_ reason: SnapshotError.Reason) -> UInt64 { refused[reason]?.value ?? 0 }
}
