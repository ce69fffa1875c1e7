import Domain
import Telemetry
import Testing

@testable import FlowControl

@Suite(.timeLimit(.minutes(1))) struct FlowControlMetricsTests {
    private let gate = AdmissionFixture(
        endpoints: 1,
        requestsMax: 1,
        flowControl: .fake { config in
            config.defaultBand = PriorityBandConfig(requestsMax: 4, bytesMax: 1000)
            config.requestsMax = 8
        }
    )

    private var text: String { PrometheusText.render(gate.registry) }

    private func expect(_ lines: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        let found = Set(text.split(separator: "\n").map(String.init))
        for line in lines {
            #expect(
                found.contains("llm_d_epp_flow_control_\(line)"),
                sourceLocation: sourceLocation
            )
        }
    }

    @Test func `requests count by what became of them`() async {
        #expect(await gate.pass(flow: "tenant") == .success)
        let waiting = gate.start("tenant")
        await gate.untilWaiting(1)
        waiting.cancel()
        #expect(await waiting.value == .failure(.cancelled))
        expect([
            #"requests_total{outcome="Dispatched",priority="0",inference_pool="pool"} 1"#,
            #"requests_total{outcome="EvictedContextCancelled",priority="0",inference_pool="pool"} 1"#,
            #"request_queue_duration_seconds_count{fairness_id="tenant",priority="0","#
                + #"outcome="Dispatched",inference_pool="pool",model_name="m",target_model_name="m"} 1"#,
            #"request_enqueue_duration_seconds_count{fairness_id="tenant",priority="0","#
                + #"outcome="Dispatched"} 1"#,
            #"queue_size{fairness_id="tenant",priority="0",inference_pool="pool","#
                + #"model_name="m",target_model_name="m"} 0"#,
        ])
    }

    @Test func `what waits is shown while it does`() async {
        gate.fillPool(1)
        let tasks = [
            Task { await gate.pass(flow: "a", bytes: 100) },
            Task { await gate.pass(flow: "a", bytes: 150) },
        ]
        await gate.untilWaiting(2)
        gate.admission.refreshMetrics()
        let flow =
            #"{fairness_id="a",priority="0",inference_pool="pool",model_name="m",target_model_name="m"}"#
        expect([
            "queue_size\(flow) 2", "queue_bytes\(flow) 250",
            #"capacity_utilization_requests{priority="0",inference_pool="pool"} 0.5"#,
            #"capacity_utilization_bytes{priority="0",inference_pool="pool"} 0.25"#,
            #"global_capacity_utilization_requests{inference_pool="pool"} 0.25"#,
            #"pool_saturation{inference_pool="pool",stage="effective"} 1.0"#,
            #"pool_saturation{inference_pool="pool",stage="prefill"} 0.0"#,
            #"stale_endpoints{detector="concurrency-detector"} 0"#,
        ])
        gate.admission.shutDown()
        for task in tasks { #expect(await task.value == .failure(.shuttingDown)) }
        gate.admission.refreshMetrics()
        expect([
            "queue_size\(flow) 0", "queue_bytes\(flow) 0",
            #"capacity_utilization_requests{priority="0",inference_pool="pool"} 0.0"#,
        ])
    }

    @Test func `what new rules do not know any more is not shown as it was`() async {
        gate.fillPool(1)
        let waiting = gate.start("a")
        await gate.untilWaiting(1)
        gate.admission.refreshMetrics()
        expect([
            #"global_capacity_utilization_requests{inference_pool="pool"} 0.125"#,
            #"stale_endpoints{detector="concurrency-detector"} 0"#,
        ])
        var config = AdmissionConfig()
        config.flowControl = .fake { $0.usageLimit = .uniform(0.001) }
        gate.admission.apply(config)
        gate.admission.refreshMetrics()
        expect([
            #"global_capacity_utilization_requests{inference_pool="pool"} 0.0"#,
            #"stale_endpoints{detector="utilization-detector"} 1"#,
        ])
        #expect(!text.contains("concurrency-detector"))
        #expect(!text.contains("global_capacity_utilization_bytes"))
        gate.admission.shutDown()
        #expect(await waiting.value == .failure(.shuttingDown))
    }

    @Test func `names of clients do not make series without bound`() {
        let registry = MetricsRegistry()
        let metrics = FlowControlMetrics(registry: registry, poolName: "pool", flowsMax: 3)
        for number in 0..<10 {
            let request = InferenceRequest.fake(priority: number % 2, flow: "flow-\(number)")
            metrics.flow(of: FlowLabels(request)).began(bytes: 1)
        }
        let sizes = PrometheusText.render(registry).split(separator: "\n").filter {
            $0.hasPrefix("llm_d_epp_flow_control_queue_size{")
        }
        #expect(sizes.count == 5)
        #expect(sizes.count { $0.contains(#"fairness_id="other""#) } == 2)
    }

    @Test func `a long name of a client is no label`() {
        let request = InferenceRequest.fake(flow: String(repeating: "x", count: 129))
        #expect(FlowLabels(request).fairnessID == "other")
    }
}
