import Telemetry
import Testing

@Suite struct PrometheusTextTests {
    @Test func `every kind of metric is rendered with help, type and labels`() {
        let registry = MetricsRegistry()
        registry.counter("requests_total", "Requests.", [.init("model", "a\"b")]).add(3)
        registry.gauge("running", "Running.").set(-2)
        let histogram = registry.histogram("seconds", "Time.", bounds: [0.5, 1])
        histogram.record(0.5)
        histogram.record(0.75)
        histogram.record(9)
        #expect(
            PrometheusText.render(registry) == """
                # HELP requests_total Requests.
                # TYPE requests_total counter
                requests_total{model="a\\"b"} 3
                # HELP running Running.
                # TYPE running gauge
                running -2
                # HELP seconds Time.
                # TYPE seconds histogram
                seconds_bucket{le="0.5"} 1
                seconds_bucket{le="1.0"} 2
                seconds_bucket{le="+Inf"} 3
                seconds_sum 10.25
                seconds_count 3

                """
        )
    }

    @Test(arguments: [
        (0.25, "0.25"), (3, "3.0"), (.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
    ])
    func `a number that is not whole is rendered as Prometheus reads it`(
        value: Double,
        text: String
    ) {
        let registry = MetricsRegistry()
        registry.doubleGauge("usage", "Usage.").set(value)
        #expect(
            PrometheusText.render(registry) == """
                # HELP usage Usage.
                # TYPE usage gauge
                usage \(text)

                """
        )
    }

    @Test func `the same name and labels give the same counter`() {
        let registry = MetricsRegistry()
        registry.counter("n", "N.", [.init("pod", "a")]).add()
        registry.counter("n", "N.", [.init("pod", "a")]).add()
        registry.counter("n", "N.", [.init("pod", "b")]).add()
        #expect(registry.counter("n", "N.", [.init("pod", "a")]).value == 2)
        #expect(registry.families.count == 1)
    }

    @Test func `series of an endpoint that is gone are forgotten`() {
        let registry = MetricsRegistry()
        registry.counter("n", "N.", [.init("pod", "a")]).add()
        registry.counter("n", "N.", [.init("pod", "b")]).add()
        registry.removeSeries(labelled: .init("pod", "a"))
        #expect(!PrometheusText.render(registry).contains("pod=\"a\""))
        #expect(PrometheusText.render(registry).contains("pod=\"b\""))
    }
}
