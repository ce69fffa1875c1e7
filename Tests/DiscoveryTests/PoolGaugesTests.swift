import Discovery
import Domain
import Telemetry
import Testing

@Suite struct PoolGaugesTests {
    private let registry = MetricsRegistry()

    private func load(waiting: Int32, running: Int32, usage: Double) -> EndpointLoad {
        var load = EndpointLoad()
        load.report.waitingRequests = waiting
        load.report.runningRequests = running
        load.report.kvCacheUsage = usage
        load.report.receivedAt = .now
        return load
    }

    private func value(_ name: String) -> String? {
        PrometheusText.render(registry).split(separator: "\n")
            .first { $0.hasPrefix(name + "{") }?.split(separator: " ").last.map(String.init)
    }

    @Test func `averages and deviations are over the engines that report`() {
        let metrics = DiscoveryMetrics(registry: registry, poolName: "p").pool
        let store = EndpointStore()
        let snapshot = store.publish(["a", "b", "c"].map { PoolMember(name: $0, address: $0) })
        metrics.refresh(
            snapshot,
            loads: [
                load(waiting: 2, running: 10, usage: 0.25), EndpointLoad(),
                load(waiting: 6, running: 10, usage: 0.75),
            ]
        )
        #expect(value("llm_d_epp_average_queue_size") == "4.0")
        #expect(value("llm_d_epp_std_dev_queue_size") == "2.0")
        #expect(value("llm_d_epp_average_running_requests") == "10.0")
        #expect(value("llm_d_epp_std_dev_running_requests") == "0.0")
        #expect(value("llm_d_epp_average_kv_cache_utilization") == "0.5")
        #expect(value("llm_d_epp_std_dev_kv_cache_utilization") == "0.25")
    }

    @Test func `each engine that reports has its queue, for as long as it is in the pool`() {
        let metrics = DiscoveryMetrics(registry: registry, poolName: "p").pool
        let store = EndpointStore()
        func refresh(_ addresses: [String], _ loads: [EndpointLoad]) -> [Substring] {
            let members = addresses.map { PoolMember(name: "e-\($0)", address: $0) }
            metrics.refresh(store.publish(members), loads: loads)
            return PrometheusText.render(registry).split(separator: "\n")
                .filter { $0.hasPrefix("llm_d_epp_per_endpoint_queue_size{") }
        }
        let busy = load(waiting: 3, running: 0, usage: 0)
        #expect(
            refresh(["a", "b"], [busy, EndpointLoad()]) == [
                #"llm_d_epp_per_endpoint_queue_size{name="p",model_server_endpoint="e-a"} 3"#
            ]
        )
        #expect(
            refresh(["b"], [busy]) == [
                #"llm_d_epp_per_endpoint_queue_size{name="p",model_server_endpoint="e-b"} 3"#
            ]
        )
        #expect(refresh([], []).isEmpty)
        #expect(value("llm_d_epp_average_queue_size") == "0.0")
    }
}
