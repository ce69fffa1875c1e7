import Scheduling

/// The environment variables by which llm-d's first releases, and the Gateway API's picker in them,
/// were configured. What does not parse is named, and leaves its default.
struct SchedulingEnvironment {
    var variables: EnvironmentVariables
    /// What they say of parameters, whoever lists the plug-in: by type and parameter.
    private(set) var parameters: [String: [String: EnvironmentParameter]] = [:]
    /// The variable that switches flow control on, if one does.
    private(set) var flowControlSwitch: String?
    var notes: [String] = []

    init(_ environment: [String: String]) {
        variables = EnvironmentVariables(environment)
        readParameters()
        readSwitches()
        nameUnknown()
    }

    func tell(_ findings: ConfigFindings) {
        variables.warnings.forEach { findings.warn($0) }
        notes.forEach { findings.note($0) }
    }

    private mutating func readParameters() {
        let counts: [(String, String, String, ClosedRange<Int>)] = [
            ("LOAD_AWARE_SCORER_QUEUE_THRESHOLD", "load-aware-scorer", "threshold", positive),
            ("QUEUING_THRESHOLD_LORA", "low-queue-filter", "threshold", natural),
            ("QUEUE_THRESHOLD_CRITICAL", "sheddable-capacity-filter", "queueThreshold", natural),
            ("SD_QUEUE_DEPTH_THRESHOLD", "utilization-detector", "queueDepthThreshold", positive),
            (Self.promptThreshold, "pd-profile-handler", "threshold", natural),
        ]
        for (variable, type, parameter, range) in counts {
            guard let value = variables.wholeNumber(variable, range) else { continue }
            set(parameter, of: type, to: "\(value)", by: variable)
        }
        let shares: [(String, String, String, ClosedRange<Double>)] = [
            ("KV_CACHE_THRESHOLD", "sheddable-capacity-filter", "kvCacheThreshold", 0...1),
            ("LORA_AFFINITY_THRESHOLD", "lora-affinity-filter", "threshold", 0...1),
            (
                "SD_KV_CACHE_UTIL_THRESHOLD", "utilization-detector", "kvCacheUtilThreshold",
                0.001...1
            ),
        ]
        for (variable, type, parameter, range) in shares {
            guard let value = variables.number(variable, range) else { continue }
            set(parameter, of: type, to: "\(value)", by: variable)
        }
        let staleness = "SD_METRICS_STALENESS_THRESHOLD"
        if let value = variables.duration(staleness, .milliseconds(1) ... .seconds(3600)) {
            set("metricsStalenessThreshold", of: "utilization-detector", to: value, by: staleness)
        }
    }

    private let positive = 1...PluginFactory.countMax
    private let natural = 0...PluginFactory.countMax
    static let promptThreshold = "PD_PROMPT_LEN_THRESHOLD"

    private mutating func set(
        _ parameter: String,
        of type: String,
        to value: String,
        by variable: String
    ) {
        parameters[type, default: [:]][parameter] = EnvironmentParameter(variable, value)
    }

    private mutating func readSwitches() {
        let flowControl = "ENABLE_EXPERIMENTAL_FLOW_CONTROL_LAYER"
        if variables.bool(flowControl) == true { flowControlSwitch = flowControl }
        for (name, reason) in Self.withoutEffect where variables[name] != nil {
            notes.append("\(name) has no effect: \(reason)")
        }
    }

    private static let withoutEffect = [
        ("ENABLE_EXPERIMENTAL_DATALAYER_V2", "what engines report is always read"),
        ("USE_STREAMING", "bodies are always streamed"),
        ("PREFILL_KVCACHE_INDEXER_REDIS_ADDR", "one index serves every phase"),
        ("PREFIX_CACHE_LRU_CAPACITY", "each endpoint has a capacity of its own"),
        ("TRAINING_SERVER_URL", "times are predicted in this process"),
        ("PREDICTION_SERVER_URL", "times are predicted in this process"),
    ]

    /// Names in the manner of those that are known: most likely slips of the pen.
    private mutating func nameUnknown() {
        let known = Self.known
        for name in variables.names where !known.contains(name) && Self.isOfFamily(name) {
            let nearest = nearestName(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
            variables.warn("\(name) is not known and has no effect\(nearest)")
        }
    }

    private static func isOfFamily(_ name: String) -> Bool {
        let switches = ["ENABLE_", "PREFILL_ENABLE_", "DECODE_ENABLE_"]
        let isPlugin = name.hasSuffix("_SCORER") || name.hasSuffix("_FILTER")
        let families = ["PD_", "PREFIX_SCORER_", "PREFIX_CACHE_", "LOAD_AWARE_SCORER_"]
        return switches.contains { name.hasPrefix($0) } && isPlugin
            || name.hasSuffix("_SCORER_WEIGHT") || name.hasSuffix("_FILTER_WEIGHT")
            || families.contains { name.hasPrefix($0) }
    }

    static let known: Set<String> = {
        var names: Set = [
            "LOAD_AWARE_SCORER_QUEUE_THRESHOLD", "QUEUING_THRESHOLD_LORA",
            "QUEUE_THRESHOLD_CRITICAL", "KV_CACHE_THRESHOLD", "LORA_AFFINITY_THRESHOLD",
            "SD_QUEUE_DEPTH_THRESHOLD", "SD_KV_CACHE_UTIL_THRESHOLD",
            "SD_METRICS_STALENESS_THRESHOLD", "PD_ENABLED", promptThreshold,
            "ENABLE_EXPERIMENTAL_FLOW_CONTROL_LAYER", "KVCACHE_INDEXER_REDIS_ADDR",
        ]
        names.formUnion(withoutEffect.map(\.0))
        names.formUnion(PrefixVariable.stores.values.flatMap { $0 }.map(\.name))
        names.formUnion(gatewayVariables)
        for plugin in SwitchedPlugin.all {
            for phase in ["", "PREFILL_", "DECODE_"] {
                names.insert("\(phase)ENABLE_\(plugin.name)")
                names.insert("\(phase)\(plugin.name)_WEIGHT")
            }
        }
        return names
    }()
}

extension EnvironmentVariables {
    mutating func wholeNumber(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        guard let text = self[name] else { return nil }
        if let value = Int(text), range.contains(value) { return value }
        refuse(
            name,
            expected: "a whole number from \(range.lowerBound) to \(range.upperBound)"
        )
        return nil
    }

    mutating func number(_ name: String, _ range: ClosedRange<Double>) -> Double? {
        guard let value = weight(name) else { return nil }
        if range.contains(value) { return value }
        refuse(name, expected: "a number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    /// As it is written.
    mutating func duration(_ name: String, _ range: ClosedRange<Duration>) -> String? {
        guard let text = self[name] else { return nil }
        if let value = Duration(goText: text), range.contains(value) { return text }
        let bounds = "\(range.lowerBound.goText) to \(range.upperBound.goText)"
        refuse(name, expected: "a duration such as \"200ms\", from \(bounds)")
        return nil
    }
}
