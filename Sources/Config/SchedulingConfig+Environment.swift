package import Scorers

/// The environment variables by which llm-d's first releases chose scorers.
private enum Variable {
    static let enableKVCacheAware = "ENABLE_KVCACHE_AWARE_SCORER"
    static let kvCacheAwareWeight = "KVCACHE_AWARE_SCORER_WEIGHT"
    static let enableLoadAware = "ENABLE_LOAD_AWARE_SCORER"
    static let loadAwareWeight = "LOAD_AWARE_SCORER_WEIGHT"
    static let loadAwareThreshold = "LOAD_AWARE_SCORER_QUEUE_THRESHOLD"

    /// Known to llm-d, and switches for what is not here.
    static let unsupportedSwitches: Set = [
        "ENABLE_PREFIX_AWARE_SCORER",
        "ENABLE_SESSION_AWARE_SCORER",
        "ENABLE_GIE_LEAST_KVCACHE_FILTER",
        "ENABLE_GIE_LEAST_QUEUE_FILTER",
        "ENABLE_GIE_LORA_AFFINITY_FILTER",
        "ENABLE_GIE_LOW_QUEUE_FILTER",
        "ENABLE_GIE_SHEDDABLE_CAPACITY_FILTER",
        "ENABLE_GIE_KVCACHE_UTILIZATION_SCORER",
        "ENABLE_GIE_QUEUE_SCORER",
        "ENABLE_GIE_PREFIX_SCORER",
        "ENABLE_PREFIX_CACHE_SCHEDULING",
        "EXPERIMENTAL_USE_SCHEDULER_V2",
        "PD_ENABLED",
    ]
    static let unsupportedSwitchPrefix = "PREFILL_ENABLE_"

    static func isUnsupportedSwitch(_ name: String) -> Bool {
        unsupportedSwitches.contains(name) || name.hasPrefix(unsupportedSwitchPrefix)
    }
}

extension SchedulingConfig {
    /// Reads the variables of llm-d that choose and weigh scorers.
    ///
    /// - If a switch of a scorer is set, exactly the scorers that are switched on have a say,
    ///   each with weight 1 unless its own is set, as in llm-d. With none on, endpoints are
    ///   picked at random.
    /// - If no switch is set, the defaults of `SchedulingConfig` hold, but for weights and the
    ///   threshold that are set.
    ///
    /// - Returns: the config, and a sentence for the log on each variable that is not followed.
    package static func fromEnvironment(
        _ environment: [String: String]
    ) -> (config: SchedulingConfig, warnings: [String]) {
        var variables = EnvironmentVariables(environment)
        let isKVCacheAware = variables.bool(Variable.enableKVCacheAware)
        let isLoadAware = variables.bool(Variable.enableLoadAware)
        let kvCacheWeight = variables.weight(Variable.kvCacheAwareWeight)
        let loadWeight = variables.weight(Variable.loadAwareWeight)

        var config = SchedulingConfig()
        if isKVCacheAware == nil && isLoadAware == nil {
            config.prefixCacheWeight = kvCacheWeight ?? config.prefixCacheWeight
            config.loadAwareWeight = loadWeight ?? config.loadAwareWeight
        } else {
            config.prefixCacheWeight = isKVCacheAware == true ? kvCacheWeight ?? 1 : nil
            config.loadAwareWeight = isLoadAware == true ? loadWeight ?? 1 : nil
        }
        if let threshold = variables.positiveInt(Variable.loadAwareThreshold) {
            config.loadThreshold = threshold
        }
        for name in variables.names where Variable.isUnsupportedSwitch(name) {
            if variables.bool(name) == true {
                variables.warn("\(name) is ignored: not supported")
            }
        }
        return (config, variables.warnings)
    }
}
