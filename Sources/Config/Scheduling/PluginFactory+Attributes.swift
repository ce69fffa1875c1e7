import Scheduling
import Scorers

/// What goes by a figure or by the place of each endpoint.
extension PluginFactory {
    static let attributePlugins: [String: Maker] = [
        "endpoint-attribute-scorer": { parameters, plugin, factory in
            parameters.ignore(
                "source",
                "producer",
                because: "figures are those of engines and labels"
            )
            parameters.lose(
                "metadataNamespace",
                "metadataField",
                because: "figures are those of engines and labels"
            )
            let figure = factory.figure("attributeKey", &parameters)
            var attribute = EndpointAttribute(figure, lowerIsBetter: true)
            parameters.section("algorithm") { algorithm in
                let type = algorithm.read("type", or: AttributeScale.lowerIsBetter)
                attribute.lowerIsBetter = type == .lowerIsBetter
                algorithm.section("normalization") { range in
                    attribute.range = readRange(&range)
                }
            }
            plugin.scorer = EndpointAttributeScorer(attribute)
        },
        "endpoint-attribute-filter": { parameters, plugin, factory in
            plugin.filter = factory.attributeFilter(&parameters)
        },
        "utilization-filter": { parameters, plugin, factory in
            var conditions: [UtilizationFilter.Condition] = []
            parameters.sections("conditions", countMax: 16) { condition in
                let figure = factory.figure("metric", &condition)
                let bound = condition.read("maxValue", 0...1e12, or: Double.infinity)
                conditions.append(UtilizationFilter.Condition(metric: figure, maxValue: bound))
            }
            parameters.ignore(
                "inFlightLoadProducerName",
                because: "what is in flight is counted here"
            )
            plugin.filter = UtilizationFilter(
                conditions: conditions,
                fallsBackOnEmpty: parameters.read("fallbackOnEmpty", or: false)
            )
        },
        "topology-affinity-scorer": { parameters, plugin, factory in
            plugin.scorer = TopologyAffinityScorer(factory.topology(&parameters))
        },
        "topology-affinity-filter": { parameters, plugin, factory in
            let level = parameters.read("minAffinity", or: Topology.Level.host)
            plugin.filter = TopologyAffinityFilter(factory.topology(&parameters), minimum: level)
        },
    ]

    private func topology(_ parameters: inout PluginParameters) -> Topology {
        parameters.lose(
            "peerTopologyHeader",
            because: "only an endpoint that was picked here is gone by"
        )
        parameters.lose("loadAllowance", because: "the scorers weigh load against distance")
        var named: Topology?
        if let node = parameters.node("topologyProducerName"),
            let name: String = parameters.read("topologyProducerName")
        {
            named = made[name]?.topology
            if named == nil, name != "topology-extractor" {
                parameters.refuse(
                    "topologyProducerName",
                    node,
                    expected: "the name of a topology-extractor"
                )
            }
        }
        return named ?? topology ?? Topology()
    }

    private func figure(_ key: String, _ parameters: inout PluginParameters) -> EndpointFigure {
        guard let name: String = parameters.read(key) else {
            parameters.refuse(key, expected: "the name of a figure")
            return .waitingRequests
        }
        if name == "waiting-queue" { return .waitingRequests }
        let figure = EndpointFigure(named: name)
        if case .label(let label) = figure {
            findings.note(
                "\(parameters.path(of: key)): \"\(label.forMessages)\" is read from endpoints' labels"
            )
        }
        return figure
    }

    private static func readRange(_ range: inout PluginParameters) -> EndpointAttribute.Range {
        let isFixed = range.contains("fixedRange")
        var bounds = (min: 0.0, max: 1.0)
        range.section("fixedRange") { fixed in
            bounds.min = fixed.read("min", -1e12...1e12, or: 0.0)
            bounds.max = fixed.read("max", -1e12...1e12, or: 1.0)
            if bounds.min >= bounds.max {
                let found = "\(bounds.min) and \(bounds.max)"
                fixed.refuse(expected: "min to be less than max", found: found)
            }
        }
        range.section("adaptiveRange") { _ in }
        return isFixed ? .fixed(min: bounds.min, max: bounds.max) : .adaptive
    }

    private func attributeFilter(_ parameters: inout PluginParameters) -> (any Filter)? {
        let figure = figure("attribute", &parameters)
        parameters.ignore("producer", because: "figures are those of engines and labels")
        let keepsUnknown = parameters.read("onMissing", or: MissingFigure.pass) == .pass
        let fallsBack = parameters.read("fallbackOnEmpty", or: false)
        func filter(_ comparison: EndpointAttributeFilter.Comparison, _ bound: Double) -> any Filter
        {
            EndpointAttributeFilter(
                figure,
                comparison,
                bound,
                keepsUnknown: keepsUnknown,
                fallsBackOnEmpty: fallsBack
            )
        }
        var result: (any Filter)?
        parameters.section("algorithm") { algorithm in
            switch algorithm.read("type", or: AttributeTest.threshold) {
            case .threshold:
                algorithm.section("threshold") { threshold in
                    let comparison = threshold.read(
                        "operator",
                        or: EndpointAttributeFilter.Comparison.lessOrEqual
                    )
                    result = filter(comparison, threshold.read("value", -1e12...1e12, or: 0.0))
                }
            case .range:
                algorithm.section("range") { range in
                    let low = filter(.greaterOrEqual, range.read("min", -1e12...1e12, or: 0.0))
                    let high = filter(.lessOrEqual, range.read("max", -1e12...1e12, or: 0.0))
                    result = DecisionTreeFilter(low, onSuccess: high)
                }
            case .topK, .percentile:
                algorithm.ignore("topK", "percentile", because: "no such filter is here")
                findings.mistake(
                    "\(algorithm.path(of: "type")): neither topK nor percentile is supported: "
                        + "no endpoint is dropped (line \(algorithm.line(of: "type")))"
                )
            }
        }
        return result
    }
}

private enum AttributeScale: String, CaseIterable {
    case lowerIsBetter = "linear_lower_is_better"
    case higherIsBetter = "linear_higher_is_better"
}

private enum MissingFigure: String, CaseIterable {
    case pass = "Pass"
    case fail = "Fail"
}

private enum AttributeTest: String, CaseIterable {
    case threshold, range, topK, percentile
}
