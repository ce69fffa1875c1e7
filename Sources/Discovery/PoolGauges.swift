package import Domain
import Synchronization
import Telemetry

/// What engines report, summed up over the pool under llm-d's names.
///
/// Thread safety: every method may be called from any thread.
package final class PoolGauges: Sendable {
    private struct Distribution {
        let average: DoubleGauge
        /// Of the whole population.
        let deviation: DoubleGauge

        func set(_ values: [Double]) {
            guard !values.isEmpty else { return set(average: 0, deviation: 0) }
            let count = Double(values.count)
            let mean = values.reduce(0, +) / count
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
            set(average: mean, deviation: variance.squareRoot())
        }

        private func set(average: Double, deviation: Double) {
            self.average.set(average)
            self.deviation.set(deviation)
        }
    }

    private let registry: MetricsRegistry
    private let poolName: String
    private let kvCacheUsage: Distribution
    private let waitingRequests: Distribution
    private let runningRequests: Distribution
    /// One for each endpoint of the last refresh.
    private let queues = Mutex<[EndpointID: (name: String, gauge: Gauge)]>([:])

    init(registry: MetricsRegistry, poolName: String) {
        func distribution(_ name: String, _ what: String) -> Distribution {
            func gauge(_ kind: String, _ words: String) -> DoubleGauge {
                registry.doubleGauge(
                    "llm_d_epp_\(kind)_\(name)",
                    "\(words) of \(what) over the engines of the pool.",
                    [.init("name", poolName)]
                )
            }
            return Distribution(
                average: gauge("average", "Average"),
                deviation: gauge("std_dev", "Standard deviation")
            )
        }
        self.registry = registry
        self.poolName = poolName
        kvCacheUsage = distribution("kv_cache_utilization", "the share of the KV cache in use")
        waitingRequests = distribution("queue_size", "the number of requests that wait")
        runningRequests = distribution("running_requests", "the number of requests that run")
    }

    /// Brings all to the last reports. Engines that have not reported do not count.
    ///
    /// - Parameter loads: by position in the snapshot.
    package func refresh(_ snapshot: EndpointSnapshot, loads: [EndpointLoad]) {
        let reporting = zip(snapshot.endpoints, loads).filter { $1.report.receivedAt != nil }
        kvCacheUsage.set(reporting.map { $1.report.kvCacheUsage })
        waitingRequests.set(reporting.map { Double($1.report.waitingRequests) })
        runningRequests.set(reporting.map { Double($1.report.runningRequests) })
        queues.withLock { queues in
            let ids = Set(reporting.map { $0.0.id })
            for (id, queue) in queues where !ids.contains(id) {
                registry.removeSeries(labelled: Self.label(queue.name))
                queues[id] = nil
            }
            for (endpoint, load) in reporting {
                let queue = queues[endpoint.id] ?? (endpoint.name, gauge(of: endpoint.name))
                queues[endpoint.id] = queue
                queue.gauge.set(Int64(load.report.waitingRequests))
            }
        }
    }

    private static func label(_ endpoint: String) -> MetricsRegistry.Label {
        MetricsRegistry.Label("model_server_endpoint", endpoint)
    }

    private func gauge(of endpoint: String) -> Gauge {
        registry.gauge(
            "llm_d_epp_per_endpoint_queue_size",
            "Requests that wait at an engine.",
            [.init("name", poolName), Self.label(endpoint)]
        )
    }
}
