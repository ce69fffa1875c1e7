/// Renders a registry in Prometheus' text exposition format, version 0.0.4.
package enum PrometheusText {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package static func render(_ registry: MetricsRegistry) -> String {
        var text = ""
        for family in registry.families {
            guard let first = family.series.first else { continue }
            text += "# HELP \(family.name) \(escaped(family.help, quotes: false))\n"
            text += "# TYPE \(family.name) \(typeName(first.metric))\n"
            for (labels, metric) in family.series {
                append(metric, named: family.name, labels: labels, to: &text)
            }
        }
        return text
    }

    private static func typeName(_ metric: Metric) -> String {
        switch metric {
        case .counter: "counter"
        case .gauge, .doubleGauge: "gauge"
        case .histogram: "histogram"
        }
    }

    private static func append(
        _ metric: Metric,
        named name: String,
        labels: [MetricsRegistry.Label],
        to text: inout String
    ) {
        switch metric {
        case .counter(let counter): text += "\(name)\(braced(labels)) \(counter.value)\n"
        case .gauge(let gauge): text += "\(name)\(braced(labels)) \(gauge.value)\n"
        case .doubleGauge(let gauge):
            text += "\(name)\(braced(labels)) \(sampleValue(gauge.value))\n"
        case .histogram(let histogram):
            var cumulative: UInt64 = 0
            let counts = histogram.counts
            for (bound, count) in zip(histogram.bounds.map { "\($0)" } + ["+Inf"], counts) {
                cumulative += count
                let labels = labels + [MetricsRegistry.Label("le", bound)]
                text += "\(name)_bucket\(braced(labels)) \(cumulative)\n"
            }
            text += "\(name)_sum\(braced(labels)) \(histogram.sum)\n"
            text += "\(name)_count\(braced(labels)) \(cumulative)\n"
        }
    }

    /// Prometheus spells what is not a finite number in its own way.
    private static func sampleValue(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        guard value.isInfinite else { return "\(value)" }
        return value < 0 ? "-Inf" : "+Inf"
    }

    private static func braced(_ labels: [MetricsRegistry.Label]) -> String {
        guard !labels.isEmpty else { return "" }
        let pairs = labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
        return "{" + pairs.joined(separator: ",") + "}"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
