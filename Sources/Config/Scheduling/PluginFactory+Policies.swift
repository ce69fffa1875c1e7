import Scheduling
import Scorers
import YAML

/// What flow control refers to. Detectors of saturation can stand in profiles, too: there they drop
/// endpoints beyond their limits.
extension PluginFactory {
    static let policies: [String: Maker] = {
        var makers: [String: Maker] = [
            "utilization-detector": { parameters, plugin, factory in
                let settings = factory.readUtilization(&parameters)
                plugin.detector = .utilization(settings)
                plugin.filter = settings.filter
            },
            "concurrency-detector": { parameters, plugin, factory in
                let settings = factory.readConcurrency(&parameters)
                plugin.detector = .concurrency(settings)
                plugin.filter = settings.filter
            },
            "probabilistic-admitter": { parameters, plugin, factory in
                var settings = ProbabilisticAdmitterSettings()
                settings.power = parameters.read("power", 0.001...100, or: settings.power)
                settings.factor = parameters.read("k", 0.001...1e9, or: settings.factor)
                settings.utilization = factory.readUtilization(&parameters)
                plugin.admitter = settings
            },
            "static-usage-limit-policy": { parameters, plugin, _ in
                plugin.usageLimit = .ceiling(parameters.read("threshold", 0.001...1, or: 1.0))
            },
            "priority-holdback-policy": holdback,
            "priority-holdback": holdback,
        ]
        for policy in FairnessSetting.allCases {
            makers[policy.rawValue] = { _, plugin, _ in plugin.fairness = policy }
        }
        for policy in OrderingSetting.allCases {
            makers[policy.rawValue] = { _, plugin, _ in
                plugin.ordering = policy
                if policy == .objectiveDeadline { plugin.needs.headers = objectiveHeaders }
            }
        }
        return makers
    }()

    func readUtilization(_ parameters: inout PluginParameters) -> UtilizationSettings {
        var settings = UtilizationSettings()
        settings.queueDepthThreshold = parameters.read(
            "queueDepthThreshold",
            1...Self.countMax,
            or: settings.queueDepthThreshold
        )
        settings.kvCacheThreshold = parameters.read(
            "kvCacheUtilThreshold",
            0.001...1,
            or: settings.kvCacheThreshold
        )
        settings.staleAfter = parameters.read(
            "metricsStalenessThreshold",
            .milliseconds(1) ... .seconds(3600),
            or: settings.staleAfter
        )
        settings.headroom = parameters.read("headroom", 0...1000, or: settings.headroom)
        return settings
    }

    private func readConcurrency(_ parameters: inout PluginParameters) -> ConcurrencySettings {
        var settings = ConcurrencySettings()
        settings.mode = parameters.read("concurrencyMode", or: settings.mode)
        settings.requestsMax = parameters.read(
            "maxConcurrency",
            1...Self.countMax,
            or: settings.requestsMax
        )
        settings.tokensMax = parameters.read(
            "maxTokenConcurrency",
            1...1_000_000_000_000,
            or: settings.tokensMax
        )
        settings.headroom = parameters.read("headroom", 0...1000, or: settings.headroom)
        parameters.ignore("inFlightLoadProducerName", because: "what is in flight is counted here")
        return settings
    }

    private static let holdback: Maker = { parameters, plugin, _ in
        _ = parameters.read("shape", or: HoldbackShape.linear)
        let domain = parameters.read("domain", or: HoldbackDomain.rank)
        if domain == .explicit {
            plugin.usageLimit = .ceilings(readCeilings(&parameters))
            return
        }
        let max = parameters.read("maxCeiling", 0.001...1, or: 1.0)
        let min = parameters.read("minCeiling", 0...1, or: max)
        if !parameters.contains("minCeiling") || min > max {
            parameters.refuse("minCeiling", expected: "a number from 0 to maxCeiling")
        }
        plugin.usageLimit = .holdback(min: min, max: max, isByValue: domain == .value)
    }

    private static func readCeilings(_ parameters: inout PluginParameters) -> [Int: Double] {
        let expected = "a mapping of up to 64 priorities to numbers from 0 to 1"
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
                (0...1).contains(ceiling)
            {
                ceilings[priority] = ceiling
            } else {
                parameters.refuse("ceilings", field.value, expected: expected)
            }
        }
        let descending = ceilings.sorted { $0.key > $1.key }.map(\.value)
        if zip(descending, descending.dropFirst()).contains(where: <) {
            parameters.refuse("ceilings", node, expected: "no more for a lower priority")
        }
        return ceilings
    }
}

private enum HoldbackShape: String, CaseIterable { case linear }

private enum HoldbackDomain: String, CaseIterable { case rank, value, explicit }

extension UtilizationSettings {
    /// Drops endpoints beyond the limits, if not all are.
    fileprivate var filter: UtilizationFilter {
        let queueMax = Double(queueDepthThreshold) * (1 + headroom)
        let cacheMax = min(1, kvCacheThreshold * (1 + headroom))
        return UtilizationFilter(
            conditions: [
                UtilizationFilter.Condition(metric: .waitingRequests, maxValue: queueMax),
                UtilizationFilter.Condition(metric: .kvCacheUsage, maxValue: cacheMax),
            ],
            fallsBackOnEmpty: true
        )
    }
}

extension ConcurrencySettings {
    /// Drops endpoints that have reached the limits.
    fileprivate var filter: UtilizationFilter {
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
