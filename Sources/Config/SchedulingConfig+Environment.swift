/// The only place that knows how llm-d's environment variables are spelled.
extension SchedulingConfig {
    private enum Key {
        static let enablePrefixCache = "ENABLE_KVCACHE_AWARE_SCORER"
        static let prefixCacheWeight = "KVCACHE_AWARE_SCORER_WEIGHT"
        static let enableLoad = "ENABLE_LOAD_AWARE_SCORER"
        static let loadWeight = "LOAD_AWARE_SCORER_WEIGHT"
        static let loadThreshold = "LOAD_AWARE_SCORER_QUEUE_THRESHOLD"
    }

    /// Scorers of llm-d that we do not have: enabling one is worth a warning.
    private static let unknownScorers = [
        "ENABLE_PREFIX_AWARE_SCORER", "ENABLE_SESSION_AWARE_SCORER",
        "ENABLE_GIE_LEAST_KVCACHE_FILTER", "ENABLE_GIE_LEAST_QUEUE_FILTER",
        "ENABLE_GIE_LORA_AFFINITY_FILTER", "ENABLE_GIE_LOW_QUEUE_FILTER",
        "ENABLE_GIE_SHEDDABLE_CAPACITY_FILTER", "ENABLE_GIE_KVCACHE_UTILIZATION_SCORER",
        "ENABLE_GIE_QUEUE_SCORER", "ENABLE_GIE_PREFIX_SCORER", "PD_ENABLED",
        "PREFILL_ENABLE_KVCACHE_AWARE_SCORER", "PREFILL_ENABLE_LOAD_AWARE_SCORER",
        "PREFILL_ENABLE_PREFIX_AWARE_SCORER", "PREFILL_ENABLE_SESSION_AWARE_SCORER",
    ]

    /// Reads the settings of `environment`. If none of the variables that enable a scorer is
    /// set, our defaults stand; otherwise llm-d's: off unless enabled, weight 1, threshold 128.
    ///
    /// - Returns: also what could not be used, in words for the log. Nothing here is fatal.
    package static func from(
        _ environment: [String: String]
    ) -> (config: SchedulingConfig, warnings: [String]) {
        var reader = EnvironmentReader(environment)
        var config = SchedulingConfig()
        let enablePrefixCache = reader.bool(Key.enablePrefixCache)
        let enableLoad = reader.bool(Key.enableLoad)
        if enablePrefixCache != nil || enableLoad != nil {
            config.prefixCacheWeight = enablePrefixCache == true ? 1 : nil
            config.loadWeight = enableLoad == true ? 1 : nil
            config.loadThreshold = 128
        }
        if let weight = reader.weight(Key.prefixCacheWeight), config.prefixCacheWeight != nil {
            config.prefixCacheWeight = weight
        }
        if let weight = reader.weight(Key.loadWeight), config.loadWeight != nil {
            config.loadWeight = weight
        }
        if let threshold = reader.count(Key.loadThreshold) { config.loadThreshold = threshold }
        for name in unknownScorers where reader.bool(name) == true {
            reader.warn("\(name) is set, but this version has no such scorer or mode")
        }
        return (config, reader.warnings)
    }
}
