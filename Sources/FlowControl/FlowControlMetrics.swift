import Domain
import Synchronization
package import Telemetry

/// Everything that this target reports. The names are llm-d's: dashboards are written against them.
///
/// Thread safety: any task may call any method.
package final class FlowControlMetrics: Sendable {
    private let registry: MetricsRegistry
    private let pool: MetricsRegistry.Label
    private let flows = Mutex<[FlowLabels: FlowSeries]>([:])
    private let cycleSeconds: Histogram
    /// What has had gauges: those that are gone must not stay as they are.
    private let shown = Mutex(Shown())

    private struct Shown: Sendable {
        var bands: Set<String> = []
        /// Of the bounds of the whole.
        var units: Set<String> = []
        var detector: String?
    }

    private let flowsMax: Int

    /// - Parameters:
    ///   - poolName: the value of the label `inference_pool`.
    ///   - flowsMax: labels come from clients: beyond so many combinations, all count as `other`.
    package init(registry: MetricsRegistry, poolName: String, flowsMax: Int = 1000) {
        self.registry = registry
        self.flowsMax = flowsMax
        pool = .init("inference_pool", poolName)
        cycleSeconds = registry.histogram(
            "llm_d_epp_flow_control_dispatch_cycle_duration_seconds",
            "Time to decide which of all waiting requests may pass.",
            bounds: [0.000001, 0.00001, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1]
        )
    }

    /// The series that a request counts in.
    func flow(of labels: FlowLabels) -> FlowSeries {
        flows.withLock { flows in
            if let known = flows[labels] { return known }
            let bounded = flows.count < flowsMax ? labels : labels.other
            if let known = flows[bounded] { return known }
            let series = FlowSeries(bounded, in: registry, pool: pool)
            flows[bounded] = series
            return series
        }
    }

    func dispatched(in time: Duration) { cycleSeconds.record(time / .seconds(1)) }

    // MARK: - Gauges of a moment

    func refresh(_ occupancy: QueueOccupancy) {
        var gone = shown.withLock(\.bands)
        for band in occupancy.bands {
            let label = FlowLabels.label(ofPriority: band.priority)
            gone.remove(label)
            _ = shown.withLock { $0.bands.insert(label) }
            capacity("requests", ofBand: label).set(band.requestShare)
            capacity("bytes", ofBand: label).set(band.byteShare)
        }
        for label in gone {
            capacity("requests", ofBand: label).set(0)
            capacity("bytes", ofBand: label).set(0)
        }
        refresh("requests", share: occupancy.requestShare)
        refresh("bytes", share: occupancy.byteShare)
    }

    /// - Parameter share: nil: there is no bound, any more or ever.
    private func refresh(_ unit: String, share: Double?) {
        let isShown = shown.withLock { shown in
            if share != nil { shown.units.insert(unit) }
            return shown.units.contains(unit)
        }
        if isShown { capacity(unit).set(share ?? 0) }
    }

    func refresh(_ fullness: PoolFullness, pending: PendingRequests, detector: String) {
        let levels = [
            ("decode", fullness.decode.level(with: pending)),
            ("prefill", fullness.prefill.level(with: pending)),
            ("effective", fullness.level(with: pending)),
        ]
        for (stage, level) in levels {
            registry.doubleGauge(
                "llm_d_epp_flow_control_pool_saturation",
                "How full the pool is: 0 idle, from 1 on saturated.",
                [pool, .init("stage", stage)]
            ).set(level)
        }
        let former = shown.withLock { shown in
            defer { shown.detector = detector }
            return shown.detector
        }
        if let former, former != detector {
            registry.removeSeries(labelled: .init("detector", former))
        }
        registry.gauge(
            "llm_d_epp_flow_control_stale_endpoints",
            "Endpoints without a fresh report, which count by what is in flight there.",
            [.init("detector", detector)]
        ).set(Int64(fullness.staleEndpoints))
    }

    private func capacity(_ unit: String, ofBand band: String) -> DoubleGauge {
        registry.doubleGauge(
            "llm_d_epp_flow_control_capacity_utilization_\(unit)",
            "Share of what may wait at a priority that does.",
            [.init("priority", band), pool]
        )
    }

    private func capacity(_ unit: String) -> DoubleGauge {
        registry.doubleGauge(
            "llm_d_epp_flow_control_global_capacity_utilization_\(unit)",
            "Share of what may wait at all priorities that does.",
            [pool]
        )
    }
}
