import Domain
import Scheduling
import Scorers

/// Filters by type, under llm-d's names and with its defaults.
extension PluginFactory {
    static let filters: [String: Maker] = [
        "decode-filter": role(.decode),
        "prefill-filter": role(.prefill),
        "encode-filter": role(.encode),
        "label-selector-filter": labelSelector,
        "by-label-selector": labelSelector,  // Until llm-d 0.8.
        "by-label": { parameters, plugin, _ in plugin.filter = byLabel(&parameters) },
        "subset-filter": { _, plugin, _ in plugin.filter = SubsetFilter() },
        "circuit-breaker-filter": { _, plugin, _ in plugin.filter = CircuitBreakerFilter() },
        "prefix-cache-affinity-filter": { parameters, plugin, factory in
            plugin.filter = factory.prefixAffinity(&parameters)
            plugin.readsApproximatePrefix = true
        },
        "slo-headroom-tier-filter": { parameters, plugin, factory in
            plugin.filter = SLOHeadroomFilter(
                explorationProbability: parameters.read("epsilonExploreNeg", 0...1, or: 0.01),
                time: factory.timeToFirstToken(source: .automatic)
            )
            plugin.readsApproximatePrefix = true
            plugin.needs.headers = objectiveHeaders
        },
        "least-kv-cache-filter": leastKVCache,
        "least-queue-filter": { _, plugin, _ in plugin.filter = LeastQueueFilter() },
        "low-queue-filter": { parameters, plugin, _ in
            plugin.filter = LowQueueFilter(
                threshold: parameters.read("threshold", 0...countMax, or: 128)
            )
        },
        "lora-affinity-filter": { parameters, plugin, _ in
            plugin.filter = LoRAAffinityFilter(
                threshold: parameters.read("threshold", 0...1, or: 0.999)
            )
        },
        "sheddable-capacity-filter": { parameters, plugin, _ in
            plugin.filter = SheddableCapacityFilter(
                queueThreshold: parameters.read("queueThreshold", 0...countMax, or: 5),
                kvCacheThreshold: parameters.read("kvCacheThreshold", 0...1, or: 0.8)
            )
        },
        "header-based-testing-filter": { _, plugin, _ in
            plugin.filter = HeaderBasedTestingFilter()
            plugin.needs.headers = ["test-epp-endpoint-selection"]
        },
    ]

    /// Where clients say when a first token is due: llm-d's name, and the one before it.
    static let objectiveHeaders: Set = ["x-llm-d-slo-ttft-ms", "x-slo-ttft-ms"]

    private static func role(_ phase: InferencePhase) -> Maker {
        { parameters, plugin, _ in
            plugin.filter = RoleFilter(serving: phase)
            parameters.ignoreAll(because: "roles are those of the label `llm-d.ai/role`")
        }
    }

    private static let leastKVCache: Maker = { _, plugin, _ in
        plugin.filter = LeastKVCacheFilter()
    }

    private static let labelSelector: Maker = { parameters, plugin, _ in
        let labels: [String: String] = parameters.read("matchLabels", countMax: 64)
        var expressions: [LabelSelector.Requirement] = []
        parameters.sections("matchExpressions", countMax: 64) { expression in
            let key = expression.read("key", or: "")
            let word = expression.read("operator", or: SelectorWord.unsaid)
            let values: [String] = expression.read("values", countMax: 256)
            if key.isEmpty {
                expression.refuse("key", expected: "the name of a label")
            }
            guard let condition = word.condition(of: values) else {
                return expression.refuse(
                    expected: "In or NotIn with values, or Exists or DoesNotExist without",
                    found: word == .unsaid ? "no operator" : "\(word.rawValue) with \(values.count)"
                )
            }
            expressions.append(LabelSelector.Requirement(key, condition))
        }
        plugin.filter = LabelSelectorFilter(
            LabelSelector(matchLabels: labels, matchExpressions: expressions)
        )
    }

    private static func byLabel(_ parameters: inout PluginParameters) -> any Filter {
        let label = parameters.read("label", or: "")
        let values: [String] = parameters.read("validValues", countMax: 256)
        let allowsNone = parameters.read("allowsNoLabel", or: false)
        if label.isEmpty {
            parameters.refuse("label", expected: "the name of a label")
        } else if values.isEmpty, !allowsNone {
            parameters.refuse("validValues", expected: "a value, or allowsNoLabel")
        }
        let condition: LabelSelector.Condition =
            switch (allowsNone, values.isEmpty) {
            case (true, true): .doesNotExist
            case (true, false): .isInOrDoesNotExist(Set(values))
            case (false, _): .isIn(Set(values))
            }
        let requirement = LabelSelector.Requirement(label, condition)
        return LabelSelectorFilter(LabelSelector(matchExpressions: [requirement]))
    }

    private func prefixAffinity(_ parameters: inout PluginParameters) -> PrefixAffinityFilter {
        let source = prefixSource(&parameters)
        parameters.ignore(
            "ttftSource",
            "peakPrefillThroughput",
            "prefillCalibrationFile",
            "prefillCalibrationFingerprint",
            "prefillCalibrationRequired",
            because: "each endpoint's rate of prefill is learned"
        )
        parameters.ignore("inFlightLoadProducerName", because: "what is in flight is counted here")
        var config = PrefixAffinityFilter.Config()
        config.threshold = parameters.read("affinityThreshold", 0...1, or: 0.8)
        config.explorationProbability = parameters.read("explorationProbability", 0...1, or: 0.0)
        config.penaltySecondsMax =
            parameters.read("maxTTFTPenaltyMs", 0...86_400_000, or: 18_000.0) / 1000
        config.time = timeToFirstToken(source: source)
        config.source = source
        return PrefixAffinityFilter(config: config)
    }
}

private enum SelectorWord: String, CaseIterable {
    case unsaid = ""
    case isIn = "In"
    case isNotIn = "NotIn"
    case exists = "Exists"
    case doesNotExist = "DoesNotExist"

    /// Nil if it does not go with the values.
    func condition(of values: [String]) -> LabelSelector.Condition? {
        switch (self, values.isEmpty) {
        case (.isIn, false): .isIn(Set(values))
        case (.isNotIn, false): .isNotIn(Set(values))
        case (.exists, true): .exists
        case (.doesNotExist, true): .doesNotExist
        default: nil
        }
    }
}
