import FlowControl
import Scheduling
import Scorers
import YAML

/// What flow control refers to. Detectors of saturation can stand in profiles, too: there they drop
/// endpoints beyond their limits.
extension PluginFactory {
    static let policies: [String: Maker] = {
        var makers: [String: Maker] = [
            "utilization-detector": { parameters, plugin, factory in
                let detector = factory.readUtilization(&parameters)
                plugin.detector = detector
                plugin.filter = detector.filter(headroom: readHeadroom(&parameters))
            },
            "concurrency-detector": { parameters, plugin, factory in
                let detector = factory.readConcurrency(&parameters)
                plugin.detector = detector
                plugin.filter = detector.filter(headroom: readHeadroom(&parameters))
            },
            "probabilistic-admitter": { parameters, plugin, factory in
                var admitter = ProbabilisticAdmitter()
                admitter.power = parameters.read("power", 0.001...100, or: admitter.power)
                admitter.scale = parameters.read("k", 0.001...1e9, or: admitter.scale)
                admitter.detector = factory.readUtilization(&parameters)
                _ = readHeadroom(&parameters)
                plugin.admitter = admitter
            },
            "static-usage-limit-policy": { parameters, plugin, _ in
                plugin.usageLimit = .uniform(parameters.read("threshold", 0.001...1, or: 1.0))
            },
            "priority-holdback-policy": holdback,
            "priority-holdback": holdback,
        ]
        for policy in FairnessPolicy.allCases {
            makers[policy.rawValue] = { _, plugin, _ in plugin.fairness = policy }
        }
        for policy in OrderingPolicy.allCases {
            makers[policy.rawValue] = { _, plugin, _ in plugin.ordering = policy }
        }
        return makers
    }()

    private func readUtilization(_ parameters: inout PluginParameters) -> UtilizationDetector {
        var detector = UtilizationDetector()
        detector.queueDepthThreshold = parameters.read(
            "queueDepthThreshold",
            1...Self.countMax,
            or: detector.queueDepthThreshold
        )
        detector.kvCacheUsageThreshold = parameters.read(
            "kvCacheUtilThreshold",
            0.001...1,
            or: detector.kvCacheUsageThreshold
        )
        detector.reportAgeMax = parameters.read(
            "metricsStalenessThreshold",
            .milliseconds(1) ... .seconds(3600),
            atLeast: detector.reportAgeMax,
            because: "between two reports every one would be stale"
        )
        return detector
    }

    private func readConcurrency(_ parameters: inout PluginParameters) -> ConcurrencyDetector {
        var detector = ConcurrencyDetector()
        detector.mode = parameters.read("concurrencyMode", or: detector.mode)
        detector.requestsMax = parameters.read(
            "maxConcurrency",
            1...Self.countMax,
            or: detector.requestsMax
        )
        detector.tokensMax = parameters.read(
            "maxTokenConcurrency",
            1...1_000_000_000_000,
            or: detector.tokensMax
        )
        parameters.ignore("inFlightLoadProducerName", because: "what is in flight is counted here")
        return detector
    }

    /// What a single endpoint may exceed the limits by, as a share of them.
    private static func readHeadroom(_ parameters: inout PluginParameters) -> Double {
        let headroom = parameters.read("headroom", 0...1000, or: 0.0)
        if headroom > 0 {
            parameters.findings.note(
                "\(parameters.path(of: "headroom")) has an effect in profiles alone: saturation is "
                    + "a mean over all endpoints"
            )
        }
        return headroom
    }

    /// Made of other plug-ins.
    static let unions: [String: Maker] = [
        "max-saturation-detector": { parameters, plugin, factory in
            let key = "detectors"
            let detectors = parameters.read(key, countMax: 16).map { (name: String) in
                factory.made[name]?.detector
                    ?? policies[name].flatMap { _ in factory.plugin(ofType: name).detector }
            }
            if detectors.isEmpty || detectors.contains(where: { $0 == nil }) {
                parameters.refuse(key, expected: "the names of plug-ins that detect saturation")
            }
            if let node = parameters.node("stages") {
                parameters.findings.mistake(
                    "\(parameters.path(of: "stages")) has no effect: each detector judges both "
                        + "phases (line \(node.line))"
                )
            }
            plugin.detector = MaxSaturationDetector(detectors.compactMap(\.self))
        }
    ]

    private static let holdback: Maker = { parameters, plugin, _ in
        _ = parameters.read("shape", or: HoldbackShape.linear)
        let domain = parameters.read("domain", or: HoldbackDomain.rank)
        if domain == .explicit {
            plugin.usageLimit = .explicit(readCeilings(&parameters))
            return
        }
        let max = parameters.read("maxCeiling", 0.001...1, or: 1.0)
        let min = parameters.read("minCeiling", 0.001...1, or: max)
        if !parameters.contains("minCeiling") || min > max {
            parameters.refuse("minCeiling", expected: "a number from 0.001 to maxCeiling")
        }
        plugin.usageLimit =
            domain == .value
            ? .byValue(lowest: min, highest: max) : .byRank(lowest: min, highest: max)
    }

    private static func readCeilings(_ parameters: inout PluginParameters) -> [Int: Double] {
        let expected = "a mapping of up to 64 priorities to numbers from 0.001 to 1"
        guard let node = parameters.node("ceilings") else {
            parameters.refuse("ceilings", expected: expected)
            return [:]
        }
        guard case .mapping(let fields, _) = node, fields.count <= 64 else {
            parameters.refuse("ceilings", node, expected: expected)
            return [:]
        }
        var ceilings: [Int: Double] = [:]
        for field in fields {
            if let priority = Int(field.key), let ceiling = field.value.number,
                (0.001...1).contains(ceiling)
            {
                ceilings[priority] = ceiling
            } else {
                parameters.refuse("ceilings", field.value, expected: expected)
            }
        }
        if fields.isEmpty { parameters.refuse("ceilings", node, expected: expected) }
        let descending = ceilings.sorted { $0.key > $1.key }.map(\.value)
        if zip(descending, descending.dropFirst()).contains(where: <) {
            parameters.refuse("ceilings", node, expected: "no more for a lower priority")
        }
        return ceilings
    }
}

private enum HoldbackShape: String, CaseIterable { case linear }

private enum HoldbackDomain: String, CaseIterable { case rank, value, explicit }

/// A detector that is part of a profile drops endpoints, with llm-d's rules.
extension UtilizationDetector {
    /// Drops endpoints beyond the limits, if not all are.
    fileprivate func filter(headroom: Double) -> UtilizationFilter {
        let queueMax = Double(queueDepthThreshold) * (1 + headroom)
        let cacheMax = min(1, kvCacheUsageThreshold * (1 + headroom))
        return UtilizationFilter(
            conditions: [
                UtilizationFilter.Condition(metric: .waitingRequests, maxValue: queueMax),
                UtilizationFilter.Condition(metric: .kvCacheUsage, maxValue: cacheMax),
            ],
            fallsBackOnEmpty: true
        )
    }
}

extension ConcurrencyDetector {
    /// Drops endpoints that have reached the limits.
    fileprivate func filter(headroom: Double) -> UtilizationFilter {
        // What is counted is whole: below a limit is at most the whole number before it.
        func below(_ limit: Int) -> Double { (Double(limit) * (1 + headroom)).rounded(.up) - 1 }
        var conditions: [UtilizationFilter.Condition] = []
        if mode != .tokens {
            conditions.append(.init(metric: .inFlightRequests, maxValue: below(requestsMax)))
        }
        if mode != .requests {
            conditions.append(.init(metric: .inFlightTokens, maxValue: below(tokensMax)))
        }
        return UtilizationFilter(conditions: conditions, fallsBackOnEmpty: false)
    }
}
