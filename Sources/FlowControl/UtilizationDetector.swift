import Domain

/// Goes by what engines say of themselves, with llm-d's defaults (`utilization-detector`): the mean
/// over endpoints of the fuller of queue and KV cache. An endpoint without a fresh report counts by
/// what is in flight there: unlike in llm-d, where it counts as saturated, and lost metrics stop the
/// traffic.
///
/// A report lags behind, and a burst must not pass on one of them. So, to let requests pass, those in
/// flight that a report does not count as running are taken to wait, but for
/// - those of which a token was seen: they run, even where an engine does not say so;
/// - those whose prompt another endpoint is computing: the engine does not have them yet;
/// - all of them where nothing is said to run although KV cache is in use: such an engine does not
///   tell what it runs, and what is in flight there counts as without a report, if that is more.
///
/// To drop requests (`forShedding`), fresh reports stand alone: what was sent since may run at once.
package struct UtilizationDetector: SaturationDetector, Equatable {
    /// Waiting requests at which an endpoint is full.
    package var queueDepthThreshold = 5
    /// Share of the KV cache in use at which an endpoint is full, in 0...1.
    package var kvCacheUsageThreshold = 0.8
    /// An older report is not believed, unless the pool's reports get older between two looks.
    package var reportAgeMax = Duration.seconds(3)
    /// Judges endpoints that have no fresh report.
    package var fallback = ConcurrencyDetector(mode: .hybrid)

    /// Whether requests that a report does not count yet are taken to wait.
    private var countsUnreported = true

    package var name: String { "utilization-detector" }

    package init() {}

    package init(queueDepthThreshold: Int, kvCacheUsageThreshold: Double, reportAgeMax: Duration) {
        self.queueDepthThreshold = queueDepthThreshold
        self.kvCacheUsageThreshold = kvCacheUsageThreshold
        self.reportAgeMax = reportAgeMax
    }

    package var forShedding: any SaturationDetector {
        var detector = self
        detector.countsUnreported = false
        return detector
    }

    package func reading(
        of pool: PoolLoads,
        in stage: PoolLoads.Stage,
        at now: ContinuousClock.Instant
    ) -> SaturationReading {
        guard !pool.isEmpty(in: stage) else { return SaturationReading([], endpointCount: 0) }
        var (count, stale, sum) = (0, 0, 0.0)
        let loads = pool.loads.span  // Through it they are read in place.
        let ageMax = max(reportAgeMax, pool.reportAgeMax ?? .zero)
        for position in loads.indices where pool.contains(position, in: stage) {
            count += 1
            if loads[position].report.isFresh(at: now, ageMax: ageMax) {
                sum += level(of: loads[position], in: stage)
            } else {
                stale += 1
                sum += fallback.level(of: loads[position], in: stage)
            }
        }
        let depth = Double(max(1, queueDepthThreshold))
        let line = SaturationReading.Line(
            sum * depth,
            of: Double(count) * depth,
            perRequest: countsUnreported ? 1 : 0
        )
        return SaturationReading([line], endpointCount: count, staleEndpoints: stale)
    }

    private func level(of load: borrowing EndpointLoad, in stage: PoolLoads.Stage) -> Double {
        let running = max(0, Int(load.report.runningRequests))
        var waiting = max(0, Int(load.report.waitingRequests))
        let usage = load.report.kvCacheUsage
        var unexplained = 0.0
        if countsUnreported {
            let tokenless = Int(load.prefillingRequests)
            // What is not a number is not greater than 0.
            if running == 0, usage > 0 {
                unexplained = fallback.level(of: load, in: stage)
            } else {
                waiting = max(waiting, min(sent(load, in: stage) - running, tokenless))
            }
        }
        let queue = Double(waiting) / Double(max(1, queueDepthThreshold))
        let cache = (usage > 0 ? min(usage, 1) : 0) / kvCacheUsageThreshold
        return max(queue, cache, unexplained)
    }

    /// Requests in flight that the engine has, or gets as they are.
    private func sent(_ load: borrowing EndpointLoad, in stage: PoolLoads.Stage) -> Int {
        let requests = load.requests(in: stage)
        return stage == .decode ? requests - max(0, Int(load.awaitingPrefill)) : requests
    }

    package func validated() throws(FlowControlConfigError) -> Self {
        guard queueDepthThreshold > 0 else { throw .notPositive("queueDepthThreshold") }
        guard kvCacheUsageThreshold > 0, kvCacheUsageThreshold <= 1 else {
            throw .notShare("kvCacheUtilThreshold")
        }
        guard reportAgeMax > .zero else { throw .notPositive("metricsStalenessThreshold") }
        return self
    }
}
