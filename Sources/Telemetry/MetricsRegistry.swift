import Synchronization

/// What a metric measures: one series for each combination of label values.
package enum Metric: Sendable {
    case counter(Counter)
    case gauge(Gauge)
    case doubleGauge(DoubleGauge)
    case histogram(Histogram)
}

/// Every metric of the process, by name. Dashboards are written against these names.
///
/// Thread safety: any thread may register and read.
package final class MetricsRegistry: Sendable {
    package struct Label: Hashable, Sendable {
        package let name: String
        package let value: String
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package struct Family: Sendable {
        package let name: String
        package let help: String
        package var series: [(labels: [Label], metric: Metric)]
    }

    /// Families in the order of their first registration.
    private let registered = Mutex<[Family]>([])

    package init() {}

    package var families: [Family] { registered.withLock { $0 } }

    /// The counter of that name and those labels: made on first use, the same one afterwards.
    package func counter(_ name: String, _ help: String, _ labels: [Label] = []) -> Counter {
        let metric = metric(name, help, labels) { .counter(Counter()) }
        guard case .counter(let counter) = metric else { wrongKind(name) }
        return counter
    }

    package func gauge(_ name: String, _ help: String, _ labels: [Label] = []) -> Gauge {
        let metric = metric(name, help, labels) { .gauge(Gauge()) }
        guard case .gauge(let gauge) = metric else { wrongKind(name) }
        return gauge
    }

    package func doubleGauge(
        _ name: String,
        _ help: String,
        _ labels: [Label] = []
    ) -> DoubleGauge {
        let metric = metric(name, help, labels) { .doubleGauge(DoubleGauge()) }
        guard case .doubleGauge(let gauge) = metric else { wrongKind(name) }
        return gauge
    }

    package func histogram(
        _ name: String,
        _ help: String,
        _ labels: [Label] = [],
        bounds: [Double]
    ) -> Histogram {
        let metric = metric(name, help, labels) { .histogram(Histogram(bounds: bounds)) }
        guard case .histogram(let histogram) = metric else { wrongKind(name) }
        return histogram
    }

    /// Forgets the series that carry `label`, so that what is gone is not reported for ever.
    package func removeSeries(labelled label: Label) {
        registered.withLock { families in
            for index in families.indices {
                families[index].series.removeAll { $0.labels.contains(label) }
            }
        }
    }

    private func metric(
        _ name: String,
        _ help: String,
        _ labels: [Label],
        make: () -> Metric
    ) -> Metric {
        registered.withLock { families in
            let family = families.firstIndex { $0.name == name }
            if let family, let known = families[family].series.first(where: { $0.labels == labels })
            {
                return known.metric
            }
            let metric = make()
            if let family {
                families[family].series.append((labels, metric))
            } else {
                families.append(Family(name: name, help: help, series: [(labels, metric)]))
            }
            return metric
        }
    }

    private func wrongKind(_ name: String) -> Never {
        preconditionFailure("metric \(name) is registered as two kinds")
    }
}
